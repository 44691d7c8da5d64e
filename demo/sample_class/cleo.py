# Submitted unchanged.
