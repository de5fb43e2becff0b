"""Files as people send them: a hostile corpus, a polluter of clean tables, and a fuzzer."""
