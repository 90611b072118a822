"""What if: the cases of a period replayed over other diagrams, with the same arrivals and the same pace of the people.

Nothing is computed beside the diagrams: each case is led through the deeds of a real one, on the version it ran on and
on the one on trial. That the former is what really happened is compared, case by case, and told.
"""
