"""Looking at files that nobody vouches for, in processes of their own."""
