"""From runs and copies to energy, emissions and person equivalents."""
