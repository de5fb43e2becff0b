"""What the assistant keeps: blobs, the catalog, dataset versions, models and predictions."""
