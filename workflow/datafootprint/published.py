"""What the numbers of `data/imagenet-1k/` are about."""

PUBLISHED_DATASET = "ImageNet-1K"
#: How the paper continues its shares (Appendix B).
PUBLISHED_MODEL = "ols"
#: Size of a copy in decimal gigabytes (Section 3 of the paper).
PUBLISHED_SIZE_GB = 130
