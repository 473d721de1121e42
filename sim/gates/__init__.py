"""Networks made of gates that multiply: what they are built from, and how they are differentiated."""
