"""Questions over the rows of a dataset: one checked SELECT, run in a locked database."""
