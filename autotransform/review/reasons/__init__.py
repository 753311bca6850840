"""Why: the methods, rules and cases of the script behind each change."""
