"""Mail: letters that are owed as rows, and how they leave the house."""
