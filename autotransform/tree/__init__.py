"""LibCST, faster: walk, visit and name the nodes of a tree, with the results that LibCST itself gives."""
