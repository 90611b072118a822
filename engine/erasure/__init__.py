"""How long the personal data of cases is kept, what must stay, and how it is taken away with the trail intact."""
