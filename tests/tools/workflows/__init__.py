"""CI workflows: what GitHub is asked, what people may ask, how a run is followed."""
