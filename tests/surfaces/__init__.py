"""People at every surface, with one way to talk: dialogs and contracts play on all of them."""
