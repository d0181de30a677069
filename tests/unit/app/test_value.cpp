#include "greenhalo/app/value.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <locale>
#include <random>

#include "greenhalo/base/units.h"
#include "unit/app/input_error.h"

namespace greenhalo {
namespace {

using test::expect_all;
using test::input_error;

constexpr Unit plain = {};
constexpr Unit kpc = {Dimension::length, "kpc"};
constexpr Unit yr = {Dimension::time, "yr"};
constexpr Unit myr = {Dimension::time, "Myr"};
constexpr Unit minutes = {Dimension::duration, "min"};
constexpr Unit gev = {Dimension::energy, "GeV"};
constexpr Unit erg = {Dimension::explosion_energy, "erg"};
constexpr Unit gv = {Dimension::rigidity, "GV"};
constexpr Unit per_yr = {Dimension::rate, "1/yr"};
constexpr Unit per_cm3 = {Dimension::number_density, "cm-3"};
constexpr Unit cm2_per_s = {Dimension::diffusion, "cm2/s"};
constexpr Unit normalization = {Dimension::diffusion_per_height, "1e28 cm2/s per kpc"};
constexpr Unit flux = {Dimension::flux, "m-2 s-1 sr-1 GeV1.7"};
constexpr Unit velocity = {Dimension::velocity, "km/s"};

struct Accepted {
    const char* text;
    Unit unit;
    double value;
};

class NumberAccepted : public testing::TestWithParam<Accepted> {};

TEST_P(NumberAccepted, to_the_last_bit) {
    EXPECT_EQ(parse_number(GetParam().text, GetParam().unit), GetParam().value) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(plain, NumberAccepted,
                         testing::Values(Accepted{"4", plain, 4}, Accepted{" 4\t", plain, 4},
                                         Accepted{"-4.5", plain, -4.5}, Accepted{"+4.5", plain, 4.5},
                                         Accepted{".5", plain, 0.5}, Accepted{"5.", plain, 5},
                                         Accepted{"-.5", plain, -0.5}, Accepted{"1e28", plain, 1e28},
                                         Accepted{"1E+28", plain, 1e28}, Accepted{"1e-3", plain, 1e-3},
                                         Accepted{"0.1", plain, 0.1},
                                         Accepted{"0.333333333333333314829616256247", plain, 1.0 / 3.0},
                                         Accepted{"1/30", plain, 1.0 / 30.0}, Accepted{"-1/4", plain, -0.25},
                                         Accepted{"1e3/2.5e1", plain, 40},
                                         Accepted{"4.9406564584124654e-324", plain, 5e-324}));

INSTANTIATE_TEST_SUITE_P(with_unit, NumberAccepted,
                         testing::Values(Accepted{"4", kpc, 4}, Accepted{"4 kpc", kpc, 4},
                                         Accepted{"4kpc", kpc, 4}, Accepted{"4\t kpc ", kpc, 4},
                                         Accepted{"4000 pc", kpc, 4}, Accepted{"4e3pc", kpc, 4},
                                         Accepted{"100 pc", kpc, 0.1}, Accepted{"0.004 Mpc", kpc, 4},
                                         Accepted{"3.0856775814913673e21 cm", kpc, 1},
                                         Accepted{"80 Myr", yr, 8e7}, Accepted{"1/4 kpc", kpc, 0.25},
                                         Accepted{"1/4kpc", kpc, 0.25}, Accepted{"80 Myr", myr, 80},
                                         Accepted{"3e4", yr, 3e4}, Accepted{"30 kyr", yr, 3e4},
                                         Accepted{"1 Gyr", myr, 1000}, Accepted{"3.15576e7 s", yr, 1},
                                         Accepted{"90 s", minutes, 1.5}, Accepted{"2h", minutes, 120},
                                         Accepted{"1 d", minutes, 1440}, Accepted{"10 min", minutes, 10}));

INSTANTIATE_TEST_SUITE_P(
    energies_and_the_rest, NumberAccepted,
    testing::Values(
        Accepted{"1 TeV", gev, 1e3}, Accepted{"1TeV", gev, 1e3}, Accepted{"1 PeV", gev, 1e6},
        Accepted{"0.1EeV", gev, 1e8}, Accepted{"1EeV", gev, 1e9}, Accepted{"5e9eV", gev, 5},
        Accepted{"5eV", gev, 5e-9}, Accepted{"1 MeV", gev, 1e-3}, Accepted{"1e6 keV", gev, 1},
        Accepted{"1e51", erg, 1e51}, Accepted{"1e51erg", erg, 1e51}, Accepted{"1e10 J", erg, 1e17},
        Accepted{"3 GV", gv, 3}, Accepted{"1 TV", gv, 1e3}, Accepted{"1 PV", gv, 1e6},
        Accepted{"3000 MV", gv, 3}, Accepted{"1/30 1/yr", per_yr, 1.0 / 30.0},
        Accepted{"1/30", per_yr, 1.0 / 30.0}, Accepted{"0.05 yr-1", per_yr, 0.05},
        Accepted{"0.05/yr", per_yr, 0.05}, Accepted{"1/20/yr", per_yr, 0.05}, Accepted{"1/yr", per_yr, 1},
        Accepted{"50 1/kyr", per_yr, 0.05}, Accepted{"5e4 1/Myr", per_yr, 0.05},
        Accepted{"3 cm-3", per_cm3, 3}, Accepted{"3 cm^-3", per_cm3, 3},
        Accepted{"1e28 cm2/s", cm2_per_s, 1e28}, Accepted{"1e28 cm^2/s", cm2_per_s, 1e28},
        Accepted{"1e24 m2/s", cm2_per_s, 1e28}, Accepted{"1 kpc2/Myr", cm2_per_s, 1 / units::cm2_per_s},
        Accepted{"1.33", normalization, 1.33}, Accepted{"1.33 1e28 cm2/s per kpc", normalization, 1.33},
        Accepted{"2e28 cm2/s  per kpc", normalization, 2}, Accepted{"1.03e4", flux, 1.03e4},
        Accepted{"220", velocity, 220}, Accepted{"220 km/s", velocity, 220}));

struct Refused {
    const char* text;
    Unit unit;
    const char* message;
};

class NumberRefused : public testing::TestWithParam<Refused> {};

TEST_P(NumberRefused, with_the_reason) {
    expect_all(input_error([] { parse_number(GetParam().text, GetParam().unit); }), {GetParam().message});
}

INSTANTIATE_TEST_SUITE_P(
    all, NumberRefused,
    testing::Values(
        Refused{"", plain, "not a number"}, Refused{"kpc", kpc, "not a number"},
        Refused{"nan", plain, "not a number"}, Refused{"inf", plain, "not a number"},
        Refused{"-inf", plain, "not a number"}, Refused{"infinity", kpc, "not a number"},
        Refused{"0x10", plain, "not a decimal number"}, Refused{"-0X1p3", plain, "not a decimal number"},
        Refused{"4,5", kpc, "decimal point"}, Refused{"4,5 kpc", kpc, "decimal point"},
        Refused{"4.5.6", plain, "\".6\""}, Refused{"4 5", plain, "\"5\""},
        Refused{"4 kpc kpc", kpc, "\"kpc kpc\""}, Refused{"1_000", plain, "\"_000\""},
        Refused{"--4", plain, "not a number"}, Refused{"+-4", plain, "not a number"},
        Refused{"- 4", plain, "not a number"}, Refused{"1e", plain, "\"e\""},
        Refused{"1e999", plain, "too large"}, Refused{"1e-999", plain, "too small"},
        Refused{"1e300 Mpc", Unit{Dimension::length, "cm"}, "too large"}, Refused{"1/0", plain, "zero"},
        Refused{"1/-30", plain, "\"/-30\""}, Refused{"1/2/3", plain, "\"/3\""},
        Refused{"1 / 30", plain, "\"/ 30\""}, Refused{"1e300/1e-300", plain, "too large"},
        Refused{"4 kpc", plain, "without a unit"}, Refused{"4 miles", kpc, "allowed are pc, kpc, Mpc, cm"},
        Refused{"4 KPC", kpc, "case-sensitive: kpc?"}, Refused{"1 tev", gev, "case-sensitive: TeV?"},
        Refused{"4 yr", kpc, "unit of a time"}, Refused{"1e51 GeV", erg, "allowed are erg, J"},
        Refused{"10 Myr", minutes, "allowed are s, min, h, d"}, Refused{"1/30 yr", per_yr, "1/yr"},
        Refused{"4 kpc", yr, "unit of a length"}));

TEST(Value, units_of_one_family_convert_into_each_other) {
    using enum Dimension;
    for (Dimension dimension : {length, time, duration, energy, explosion_energy, rigidity, rate,
                                number_density, diffusion, diffusion_per_height, flux, velocity}) {
        const auto names = unit_names(dimension);
        ASSERT_FALSE(names.empty());
        for (std::string_view from : names) {
            for (std::string_view to : names) {
                const double there = parse_number(fmt::format("3 {}", from), {dimension, to});
                const double back =
                    parse_number(fmt::format("{} {}", number_text(there), to), {dimension, from});
                EXPECT_NEAR(back, 3, 3e-15) << from << " " << to;
            }
        }
    }
}

TEST(Value, decimal_point_whatever_the_locale) {
    struct Comma : std::numpunct<char> {
        char do_decimal_point() const override { return ','; }
        char do_thousands_sep() const override { return '.'; }
        std::string do_grouping() const override { return "\3"; }
    };
    const std::locale before = std::locale::global(std::locale(std::locale::classic(), new Comma));
    EXPECT_EQ(parse_number("1.5", plain), 1.5);
    EXPECT_EQ(number_text(1234.5), "1234.5");
    EXPECT_THROW(parse_number("1,5", plain), InputError);
    std::locale::global(before);
}

TEST(Value, lists) {
    using List = std::vector<double>;
    EXPECT_EQ(parse_numbers("8.5 0 0", kpc), (List{8.5, 0, 0}));
    EXPECT_EQ(parse_numbers("8.5,0,0", kpc), (List{8.5, 0, 0}));
    EXPECT_EQ(parse_numbers(" 8.5 , 0\t0 ", kpc), (List{8.5, 0, 0}));
    EXPECT_EQ(parse_numbers("8500 0 10 pc", kpc), (List{8.5, 0, 0.01}));
    EXPECT_EQ(parse_numbers("8500, 0, 10pc", kpc), (List{8.5, 0, 0.01}));
    EXPECT_EQ(parse_numbers("8.5 kpc 0 kpc 10 pc", kpc), (List{8.5, 0, 0.01}));
    EXPECT_EQ(parse_numbers("8.5kpc,0kpc,10 pc", kpc), (List{8.5, 0, 0.01}));
    EXPECT_EQ(parse_numbers("-8.5", kpc), (List{-8.5}));
    EXPECT_EQ(parse_numbers("1/2 1/4", plain), (List{0.5, 0.25}));
    EXPECT_EQ(parse_numbers("10 20 km s-1", velocity), (List{10, 20}));
    EXPECT_EQ(parse_numbers("1 2 yr-1", per_yr), (List{1, 2}));

    for (const char* text :
         {"", " ", "1,,2", "1,2,", ",1", "1 2 x", "1 2 yr", "1, kpc", "kpc 1", "1 nan", "1;2"})
        EXPECT_THROW(parse_numbers(text, kpc), InputError) << text;
    expect_all(input_error([] { parse_numbers("8.5 kpc 0 0", kpc); }), {"some have none"});
    expect_all(input_error([] { parse_numbers("8.5 kpc 0 kpc 0", kpc); }), {"some have none"});
    expect_all(input_error([] { parse_numbers("1,,2", kpc); }), {"empty element"});
}

TEST(Value, words) {
    using Words = std::vector<std::string>;
    EXPECT_EQ(parse_words("H He CNO"), (Words{"H", "He", "CNO"}));
    EXPECT_EQ(parse_words("H,He, CNO"), (Words{"H", "He", "CNO"}));
    EXPECT_THROW(parse_words("H,,He"), InputError);
    EXPECT_THROW(parse_words(" "), InputError);
}

TEST(Value, integers) {
    const std::pair<const char*, std::uint64_t> accepted[] = {
        {"0", 0},
        {"10", 10},
        {" 007 ", 7},
        {"1e3", 1000},
        {"1E+3", 1000},
        {"2.5e1", 25},
        {"1.50e1", 15},
        {"3.0", 3},
        {"1200e-2", 12},
        {"0.001e3", 1},
        {"0e999", 0},
        {"18446744073709551615", 18446744073709551615ULL},
        {"1.8446744073709551615e19", 18446744073709551615ULL},
        {"9007199254740993", 9007199254740993ULL}};
    for (const auto& [text, value] : accepted) EXPECT_EQ(parse_integer(text), value) << text;

    for (const char* text : {"-1", "+1", "-0"})
        expect_all(input_error([&] { parse_integer(text); }), {"has a sign"});
    for (const char* text : {"1.5", "1e-1", "15e-1", "1e-99999999"})
        expect_all(input_error([&] { parse_integer(text); }), {"is not integral"});
    for (const char* text : {"18446744073709551616", "1e20", "1e999999"})
        expect_all(input_error([&] { parse_integer(text); }), {"too large"});
    for (const char* text :
         {"", "ten", "1e", "1e+", "1e+-3", "1e3x", "1 2", "0x10", "1/2", "1,000", "nan", ".", "1.e"})
        expect_all(input_error([&] { parse_integer(text); }), {"is not an integer"});
    EXPECT_THROW(parse_integer("1e99999999999999999999"), InputError);
}

TEST(Value, booleans) {
    for (const char* text : {"yes", "true", "on", " yes "}) EXPECT_TRUE(parse_boolean(text)) << text;
    for (const char* text : {"no", "false", "off"}) EXPECT_FALSE(parse_boolean(text)) << text;
    for (const char* text : {"", "1", "0", "y", "Yes", "TRUE", "maybe"})
        expect_all(input_error([&] { parse_boolean(text); }), {"yes, true, on", "no, false, off"});
}

TEST(Value, number_text_is_short_and_exact) {
    const std::pair<double, const char*> examples[] = {{4, "4"},
                                                       {0.15, "0.15"},
                                                       {1e8, "1e8"},
                                                       {6e6, "6e6"},
                                                       {1e51, "1e51"},
                                                       {80, "80"},
                                                       {-8.5, "-8.5"},
                                                       {1e-8, "1e-8"},
                                                       {1000, "1000"},
                                                       {0, "0"},
                                                       {1.5e-10, "1.5e-10"},
                                                       {2e100, "2e100"},
                                                       {1.0 / 3.0, "0.3333333333333333"}};
    for (const auto& [value, text] : examples) EXPECT_EQ(number_text(value), text);

    std::mt19937_64 engine(1);
    std::uniform_real_distribution<double> mantissa(-10, 10), exponent(-300, 300);
    for (int i = 0; i < 10000; ++i) {
        const double value = mantissa(engine) * std::pow(10.0, exponent(engine));
        EXPECT_EQ(parse_number(number_text(value), plain), value);
    }
    for (double value : {std::numeric_limits<double>::max(), std::numeric_limits<double>::min(),
                         std::numeric_limits<double>::denorm_min(), std::nextafter(1.0, 2.0)})
        EXPECT_EQ(parse_number(number_text(value), plain), value);
}

}  // namespace
}  // namespace greenhalo
