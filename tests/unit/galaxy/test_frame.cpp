#include "greenhalo/galaxy/frame.h"

#include <gtest/gtest.h>

#include <cmath>

namespace greenhalo::test {

namespace {

TEST(Frame, LongitudeIsCountedFromTheGalacticCentreTowardsRotation) {
    EXPECT_NEAR(galactic_direction(-1.0, 0.0, 0.0).longitude, 0.0, 1e-12);
    EXPECT_NEAR(galactic_direction(0.0, -1.0, 0.0).longitude, 90.0, 1e-12);
    EXPECT_NEAR(galactic_direction(1.0, 0.0, 0.0).longitude, 180.0, 1e-12);
    EXPECT_NEAR(galactic_direction(0.0, 1.0, 0.0).longitude, 270.0, 1e-12);
}

TEST(Frame, LatitudeIsTheAngleFromTheDisc) {
    EXPECT_NEAR(galactic_direction(-1.0, 0.0, 1.0).latitude, 45.0, 1e-12);
    EXPECT_NEAR(galactic_direction(3.0, -4.0, -5.0).latitude, -45.0, 1e-12);
    EXPECT_NEAR(galactic_direction(0.0, 0.0, 2e-9).latitude, 90.0, 1e-12);
    EXPECT_NEAR(galactic_direction(1e-9, 0.0, -1e9).latitude, -90.0, 1e-6);
}

TEST(Frame, EquatorialCoordinatesOfKnownDirections) {
    const SkyDirection centre = equatorial_from_galactic({0.0, 0.0});
    EXPECT_NEAR(centre.longitude, 266.40, 0.005);
    EXPECT_NEAR(centre.latitude, -28.94, 0.005);
    const SkyDirection rotation = equatorial_from_galactic({90.0, 0.0});
    EXPECT_NEAR(rotation.longitude, 318.00, 0.005);
    EXPECT_NEAR(rotation.latitude, 48.33, 0.005);
    EXPECT_NEAR(equatorial_from_galactic({17.0, 90.0}).latitude, 27.12825, 1e-9);
    EXPECT_NEAR(equatorial_from_galactic({17.0, 90.0}).longitude, 192.85948, 1e-9);
    EXPECT_NEAR(equatorial_from_galactic({122.93192, 27.12825}).latitude, 90.0, 1e-5);
}

TEST(Frame, TurningKeepsAngles) {
    const auto vector = [](const SkyDirection& d) {
        const double degree = std::acos(-1.0) / 180.0, l = d.longitude * degree, b = d.latitude * degree;
        return Position{std::cos(b) * std::cos(l), std::cos(b) * std::sin(l), std::sin(b)};
    };
    const auto cosine = [&](const SkyDirection& a, const SkyDirection& b) {
        const Position p = vector(a), q = vector(b);
        return p.x * q.x + p.y * q.y + p.z * q.z;
    };
    for (double l = 3.0; l < 360.0; l += 31.0) {
        for (double b = -80.0; b < 90.0; b += 27.0) {
            const SkyDirection one{l, b}, other{200.0 - 0.3 * l, 0.5 * b - 11.0};
            EXPECT_NEAR(cosine(equatorial_from_galactic(one), equatorial_from_galactic(other)),
                        cosine(one, other), 1e-13);
        }
    }
}

}  // namespace

}  // namespace greenhalo::test
