"""What the numbers of `data/published/` are about."""

PUBLISHED_DATASET = "ImageNet-1K"
