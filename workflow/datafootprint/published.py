"""What the numbers of `data/published/` are about."""

PUBLISHED_DATASET = "ImageNet-1K"
#: Size of a copy in decimal gigabytes (Section 3 of the paper).
PUBLISHED_SIZE_GB = 130
