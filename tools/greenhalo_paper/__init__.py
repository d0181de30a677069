"""The figures of Blasi & Amato 2012 and the verdict on the paper's claims."""
