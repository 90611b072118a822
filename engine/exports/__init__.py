"""Files that leave the house: written row by row, so that their length does not matter."""
