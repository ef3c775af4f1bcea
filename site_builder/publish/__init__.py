"""What is published beside the site: blocks, CIDs, CARs, and the ways to send and fetch them."""
