"""Pure data science: frames in; frames, figures and numbers out. Knows no storage, no chat."""
