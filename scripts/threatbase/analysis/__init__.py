"""The questions that the attack and mitigation graph answers: what is reached, how, and what suffices."""
