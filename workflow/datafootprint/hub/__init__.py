"""Copies, versions and derivatives of a dataset on the Hugging Face Hub."""
