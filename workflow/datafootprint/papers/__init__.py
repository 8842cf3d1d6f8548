"""From a venue and its years to the passages of its papers that mention the dataset."""
