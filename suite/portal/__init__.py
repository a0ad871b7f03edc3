"""The member portal: pages of members who have access, and what they ask for. Commands only; it knows nobody else."""
