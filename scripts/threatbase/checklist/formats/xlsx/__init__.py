"""Workbooks (XLSX, ECMA-376): their sheets, their looks, and what can be trusted of one that comes back."""
