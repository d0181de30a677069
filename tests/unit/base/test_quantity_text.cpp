#include "greenhalo/base/quantity_text.h"

#include <gtest/gtest.h>

namespace greenhalo {
namespace {

TEST(AgeText, is_as_people_write_it) {
    EXPECT_EQ(age_text(3e-4), "300 yr");
    EXPECT_EQ(age_text(0.03), "30 kyr");
    EXPECT_EQ(age_text(0.99999), "1 Myr");
    EXPECT_EQ(age_text(1.25), "1.25 Myr");
}

TEST(EnergyText, IsAsPeopleWriteIt) {
    EXPECT_EQ(energy_text(30.0), "30 GeV");
    EXPECT_EQ(energy_text(999.99), "1 TeV");
    EXPECT_EQ(energy_text(1500.0), "1.5 TeV");
    EXPECT_EQ(energy_text(1e8), "100 PeV");
}

}  // namespace
}  // namespace greenhalo
