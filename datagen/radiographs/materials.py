"""Linear attenuation coefficients of the materials of a chest.

At a chest unit's 120 kVp the mean photon energy behind the patient's skin is near 70 keV. The
values are mass attenuation times density from NIST's tables (Hubbell and Seltzer, NISTIR 5632) at
70 keV, in 1/mm; ``LUNG`` is inflated lung at 0.26 g/cm3 (ICRU report 44).
"""

SOFT = 0.0193
"""Muscle, blood, liver, effusion; 1/mm."""

FAT = 0.0176
"""Adipose tissue; 1/mm."""

LUNG = 0.0052
"""Inflated lung parenchyma; 1/mm."""

CORTICAL = 0.0500
"""Compact bone, 1.92 g/cm3; 1/mm."""

SPONGY = 0.0255
"""Spongy bone with marrow, 1.18 g/cm3; 1/mm."""

LEAD_LETTER = 1.9
"""A lead letter stops nearly all photons; scatter fills it in to about this, unitless."""

AERATION = SOFT - LUNG
"""Difference between soft tissue and lung, 1/mm."""
