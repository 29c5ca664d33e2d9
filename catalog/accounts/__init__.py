"""The accounts: every accepted record is found again, once, as its bytes demand."""
