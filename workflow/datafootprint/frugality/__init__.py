"""What training on subsets would save, and after how many uses a selection has paid off."""
