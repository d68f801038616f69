"""The neighbors, one file each; what we ask of them, in our words."""
