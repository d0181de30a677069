"""From the frame of the program to the sky.

The program's frame is Galactocentric with the Sun at +x: a direction d has the Galactic longitude
atan2(-d_y, -d_x) and the latitude asin(d_z/|d|).
"""

import numpy as np

# The J2000 north Galactic pole, and the Galactic longitude of the north celestial pole, in degrees.
POLE_RIGHT_ASCENSION = 192.85948
POLE_DECLINATION = 27.12825
CELESTIAL_POLE_LONGITUDE = 122.93192


def galactic(vector):
    """Galactic longitude (0 to 360) and latitude in degrees of vectors [..., 3] of the program's frame."""
    x, y, z = np.moveaxis(np.asarray(vector, dtype=float), -1, 0)
    longitude = np.degrees(np.arctan2(-y, -x)) % 360.0
    latitude = np.degrees(np.arctan2(z, np.hypot(x, y)))
    return longitude, latitude


def equatorial(longitude, latitude):
    """J2000 right ascension (0 to 360) and declination in degrees of Galactic coordinates in degrees."""
    pole = np.radians(POLE_DECLINATION)
    b = np.radians(latitude)
    angle = np.radians(CELESTIAL_POLE_LONGITUDE - np.asarray(longitude, dtype=float))
    sine = np.sin(b) * np.sin(pole) + np.cos(b) * np.cos(pole) * np.cos(angle)
    east = np.cos(b) * np.sin(angle)
    north = np.sin(b) * np.cos(pole) - np.cos(b) * np.sin(pole) * np.cos(angle)
    right_ascension = (POLE_RIGHT_ASCENSION + np.degrees(np.arctan2(east, north))) % 360.0
    # From both legs of the triangle: the arcsine alone loses digits near the poles.
    declination = np.degrees(np.arctan2(sine, np.hypot(east, north)))
    return right_ascension, declination


def right_ascension_projection(vector):
    """|d| cos(dec): the part of vectors [..., 3] that arrays measure by counting in right ascension."""
    vector = np.asarray(vector, dtype=float)
    _, declination = equatorial(*galactic(vector))
    return np.linalg.norm(vector, axis=-1) * np.cos(np.radians(declination))
