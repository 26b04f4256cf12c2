"""The evaluation of the provider by itself (绩效自评表)."""
