"""The summary of the service over the term or a phase (阶段性总结报告)."""
