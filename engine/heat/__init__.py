"""What many cases tell together: how often every step was reached, how long it took, and why it came late."""
