"""The readable versions in plain NumPy: one file for each topic, the formulas as loops."""
