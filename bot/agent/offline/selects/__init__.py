"""Questions over the rows of a dataset, read from sentences and written as one SELECT each."""
