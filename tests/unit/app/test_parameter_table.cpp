#include "greenhalo/app/parameter_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "greenhalo/app/parameters.h"
#include "unit/app/input_error.h"

namespace greenhalo {
namespace {

using test::expect_all;
using test::input_error;

TEST(ParameterTable, rows_are_complete) {
    std::set<std::string_view> keys;
    std::vector<std::string_view> sections;
    for (const ParameterSpec& spec : parameter_table()) {
        SCOPED_TRACE(spec.key);
        EXPECT_TRUE(keys.insert(spec.key).second) << "twice";
        EXPECT_NE(spec.key.find('.'), std::string_view::npos);
        EXPECT_FALSE(spec.meaning.empty());
        EXPECT_EQ(spec.meaning.find('\n'), std::string_view::npos);
        EXPECT_FALSE(spec.origin.empty());
        EXPECT_EQ(spec.used.phrase.empty(), spec.used.holds == nullptr);
        EXPECT_TRUE(spec.kind != Kind::choice || !spec.choices.empty());
        EXPECT_LE(spec.range.min, spec.range.max);
        if (spec.kind == Kind::number || spec.kind == Kind::numbers) {
            const auto names = unit_names(spec.unit.dimension);
            const bool known = spec.unit.name.empty()
                                   ? spec.unit.dimension == Dimension::none
                                   : std::ranges::find(names, spec.unit.name) != names.end();
            EXPECT_TRUE(known) << spec.unit.name;
        }
        for (const BuiltInSpecies& species : built_in_species()) {
            if (!spec.is_pattern()) break;
            EXPECT_TRUE(spec.range.contains(species.get(spec.property()))) << species.name;
        }
        if (sections.empty() || sections.back() != spec.section()) {
            EXPECT_EQ(std::ranges::find(sections, spec.section()), sections.end()) << "section in two pieces";
            sections.push_back(spec.section());
        }
    }
}

TEST(ParameterTable, defaults_can_be_read_and_written) {
    int with_default = 0;
    for (const ParameterSpec& spec : parameter_table()) {
        if (spec.default_text.empty()) continue;
        SCOPED_TRACE(spec.key);
        const ParameterValue value = parse_value(spec, spec.default_text);
        EXPECT_EQ(parse_value(spec, value_text(value)), value);
        ++with_default;
    }
    EXPECT_GT(with_default, 30);
}

TEST(ParameterTable, documented_defaults) {
    const std::pair<const char*, const char*> defaults[] = {{"halo.half-height", "4"},
                                                            {"diffusion.slope", "1/3"},
                                                            {"diffusion.normalization", "auto"},
                                                            {"diffusion.coefficient", ""},
                                                            {"diffusion.reference-rigidity", "3"},
                                                            {"diffusion.break-rigidity", "off"},
                                                            {"diffusion.slope-above", ""},
                                                            {"gas.disc-density", "3"},
                                                            {"gas.disc-half-thickness", "0.15"},
                                                            {"sources.model", "cylindrical"},
                                                            {"sources.rate", "1/30"},
                                                            {"sources.time-span", "80"},
                                                            {"sources.scale-height", "0.1"},
                                                            {"sources.arm-width", "5"},
                                                            {"sources.arm-blur", "one-sided"},
                                                            {"sources.disc-radius", "15"},
                                                            {"sources.catalogue", ""},
                                                            {"sources.causal", "no"},
                                                            {"injection.observed-slope", "2.67"},
                                                            {"injection.max-energy", "6e6"},
                                                            {"injection.reference-energy", "1"},
                                                            {"injection.mode", "burst"},
                                                            {"injection.snr-lifetime", "3e4"},
                                                            {"injection.sedov-time", "200"},
                                                            {"injection.table", ""},
                                                            {"injection.normalization", "observed"},
                                                            {"injection.explosion-energy", "1e51"},
                                                            {"species.names", "H He CNO MgAlSi Fe"},
                                                            {"energy.min", "1e3"},
                                                            {"energy.max", "1e8"},
                                                            {"energy.points-per-decade", "10"},
                                                            {"observer.position", "8.5 0 0"},
                                                            {"observer.velocity", "0 0 0"},
                                                            {"ensemble.realizations", "10"},
                                                            {"ensemble.first", "0"},
                                                            {"ensemble.seed", "1"},
                                                            {"output.realizations", "all"}};
    for (const auto& [key, text] : defaults) {
        ASSERT_NE(find_parameter(key), nullptr) << key;
        EXPECT_EQ(find_parameter(key)->default_text, text) << key;
    }
}

TEST(ParameterTable, finds_rows_of_any_species) {
    ASSERT_NE(find_parameter("species.Be.charge"), nullptr);
    EXPECT_EQ(find_parameter("species.Be.charge")->key, "species.NAME.charge");
    for (const char* key :
         {"", "halo", "half-height", "halo.half-heigh", "halo.half-height2", "Halo.half-height",
          "species.Be.chrge", "species..charge", "species.charge", "species.Be.x.charge"})
        EXPECT_EQ(find_parameter(key), nullptr) << key;
    EXPECT_EQ(species_of_key("species.Be.charge"), "Be");
    EXPECT_EQ(species_of_key("species.names"), "");
    EXPECT_EQ(species_of_key("halo.half-height"), "");
    EXPECT_EQ(key_of_species(*find_parameter("species.Be.flux"), "Fe"), "species.Fe.flux");
}

TEST(ParameterTable, nearest_key) {
    const std::pair<const char*, const char*> examples[] = {
        {"halo.half-heigth", "halo.half-height"},
        {"half-height", "halo.half-height"},
        {"seed", "ensemble.seed"},
        {"source.rate", "sources.rate"},
        {"diffusion.normalisation", "diffusion.normalization"},
        {"energy.points_per_decade", "energy.points-per-decade"},
        {"sources.catalog", "sources.catalogue"},
        {"species.Fe.chrage", "species.Fe.charge"},
        {"species.fe.flux", "species.Fe.flux"},
        // a section that exists is meant, whatever looks alike elsewhere
        {"energy.minimum", "energy.min"},
        {"halo.half", "halo.half-height"},
        // ... unless nothing in it is close, or the name is one of another section
        {"halos.half", "halo.half-height"},
        {"diffusion.half-height", "halo.half-height"},
        {"ensemble.rate", "sources.rate"},
        // nothing is close: better no name than a far one
        {"nonsense.key", ""},
        {"halo.q", ""},
        {"cosmic-rays", ""},
        {"x", ""},
        {"", ""}};
    for (const auto& [wrong, right] : examples) EXPECT_EQ(nearest_key(wrong, {"He", "Fe"}), right);
}

TEST(ParameterTable, ranges) {
    const Range positive{.min = 0, .min_open = true};
    EXPECT_FALSE(positive.contains(0));
    EXPECT_TRUE(positive.contains(1e-300));
    EXPECT_EQ(positive.text(), "> 0");
    const Range share{.min = 0, .max = 1, .min_open = true};
    EXPECT_TRUE(share.contains(1));
    EXPECT_FALSE(share.contains(1.0000001));
    EXPECT_EQ(share.text(), "in (0, 1]");
    const Range below{.max = 2, .max_open = true};
    EXPECT_FALSE(below.contains(2));
    EXPECT_EQ(below.text(), "< 2");
    EXPECT_TRUE(Range{.min = 0}.contains(0));
    EXPECT_EQ(Range{.min = 0}.text(), ">= 0");
    EXPECT_EQ(Range{}.text(), "");
}

TEST(ParameterTable, values_out_of_range_or_choice) {
    struct Case {
        const char* key;
        const char* text;
        std::vector<const char*> message;
    };
    const Case cases[] = {{"halo.half-height", "0", {"out of range", "in (0, 1000], in kpc"}},
                          {"halo.half-height", "-4 kpc", {"out of range"}},
                          {"diffusion.slope", "0", {"in (0, 1]"}},
                          {"diffusion.slope", "1.01", {"in (0, 1]"}},
                          {"diffusion.normalization", "0", {"out of range"}},
                          {"diffusion.normalization", "automatic", {"not a number", "or auto"}},
                          {"diffusion.coefficient", "-1e28", {"out of range"}},
                          {"gas.disc-density", "-1", {">= 0"}},
                          {"gas.disc-half-thickness", "0", {"> 0"}},
                          {"sources.model", "Cylindrical", {"allowed are cylindrical, spiral, uniform-disc, none"}},
                          {"sources.rate", "0", {"out of range", "sources.model = none"}},
                          {"sources.time-span", "0 yr", {"out of range"}},
                          {"sources.scale-height", "-0.1", {"out of range"}},
                          {"sources.disc-radius", "0", {"out of range"}},
                          {"sources.arm-width", "0", {"in (0, 100), in kpc", "no arms"}},
                          {"sources.arm-width", "100", {"in (0, 100), in kpc"}},
                          {"sources.arm-blur", "two-sided", {"allowed are one-sided, symmetric"}},
                          {"diffusion.break-rigidity", "0 GV", {"> 0, in GV"}},
                          {"diffusion.break-rigidity", "none", {"not a number", "or off"}},
                          {"diffusion.slope-above", "-0.1", {"in [0, 1]"}},
                          {"diffusion.break-smoothness", "0", {"in (0, 10]"}},
                          {"observer.velocity", "1e5 0 0", {"in [-10000, 10000], in km/s"}},
                          {"observer.velocity", "1 2", {"3 numbers", "2"}},
                          {"sources.causal", "perhaps", {"yes, true, on"}},
                          {"sources.minimum-age", "-1", {"out of range"}},
                          {"sources.catalogue", "a\nb.csv", {"control character"}},
                          {"injection.efficiency", "0", {"in (0, 1]"}},
                          {"injection.efficiency", "0.1 1.1", {"in (0, 1]"}},
                          {"injection.explosion-energy", "0", {"out of range"}},
                          {"injection.observed-slope", "1", {"in (1, 5]"}},
                          {"species.H.charge", "0", {"in [1, 120]"}},
                          {"energy.min", "0", {"out of range"}},
                          {"energy.max", "-1", {"out of range"}},
                          {"energy.points-per-decade", "0", {"out of range"}},
                          {"observer.position", "8.5 0", {"3 numbers", "2"}},
                          {"observer.position", "8.5 0 0 0", {"3 numbers", "4"}},
                          {"ensemble.realizations", "0", {"in [1, 1e12]"}},
                          {"ensemble.realizations", "1.5", {"not integral"}},
                          {"ensemble.first", "-1", {"sign"}},
                          {"output.realizations", "some", {"all, anisotropy, none"}}};
    for (const Case& c : cases) {
        SCOPED_TRACE(c.key);
        const ParameterSpec* spec = find_parameter(c.key);
        ASSERT_NE(spec, nullptr);
        expect_all(input_error([&] { parse_value(*spec, c.text); }), c.message);
    }
}

TEST(ParameterTable, limits_that_are_allowed) {
    for (const auto& [key, text] : {std::pair{"diffusion.slope", "1"},
                                    {"gas.disc-density", "0"},
                                    {"sources.scale-height", "0"},
                                    {"ensemble.realizations", "1"},
                                    {"ensemble.seed", "18446744073709551615"},
                                    {"injection.efficiency", "1"},
                                    {"ensemble.first", "1e15"},
                                    {"diffusion.normalization", "auto"}})
        EXPECT_NO_THROW(parse_value(*find_parameter(key), text)) << key;
}

TEST(ParameterTable, built_in_species) {
    const struct {
        const char* name;
        double charge, mass_number, flux;
    } expected[] = {{"H", 1, 1, 1.03e4},
                    {"He", 2, 4, 8.4e3},
                    {"CNO", 7, 14, 5.1e3},
                    {"MgAlSi", 13, 27, 2.8e3},
                    {"Fe", 26, 56, 3.0e3}};
    ASSERT_EQ(built_in_species().size(), std::size(expected));
    for (const auto& row : expected) {
        const BuiltInSpecies* species = find_built_in_species(row.name);
        ASSERT_NE(species, nullptr) << row.name;
        EXPECT_EQ(species->get("charge"), row.charge);
        EXPECT_EQ(species->get("mass-number"), row.mass_number);
        EXPECT_EQ(species->get("flux"), row.flux);
    }
    EXPECT_EQ(find_built_in_species("h"), nullptr);
}

TEST(ParameterTable, default_output_files) {
    EXPECT_EQ(default_output_file("run"), "result.h5");
    EXPECT_EQ(default_output_file("expect"), "moments.h5");
    EXPECT_EQ(default_output_file("validate"), "grid.h5");
    EXPECT_EQ(default_output_file("sources"), "sources.h5");
    EXPECT_THROW(default_output_file("info"), std::logic_error);
    for (const char* command : {"run", "expect", "validate", "sources"})
        EXPECT_NE(find_parameter("output.file")->default_note.find(default_output_file(command)),
                  std::string::npos);
}

}  // namespace
}  // namespace greenhalo
