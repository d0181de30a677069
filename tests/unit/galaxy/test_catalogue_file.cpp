#include "greenhalo/galaxy/catalogue_file.h"

#include <gtest/gtest.h>

#include "unit/app/input_error.h"

namespace greenhalo {
namespace {

using test::expect_all;
using test::input_error;

ListedSources read(std::string_view text, double half_height = 4.0) {
    return read_catalogue(text, "known.csv", half_height);
}

TEST(CatalogueFile, columns_in_their_order) {
    const ListedSources listed = read("8.2,0.1,-0.05,11300,0.5,Vela\n-1,2,0,3.4e5\n");
    ASSERT_EQ(listed.sources.size, 2U);
    EXPECT_EQ(listed.sources.x[0], 8.2);
    EXPECT_EQ(listed.sources.y[0], 0.1);
    EXPECT_EQ(listed.sources.z[0], -0.05);
    EXPECT_DOUBLE_EQ(listed.sources.age[0], 0.0113);  // Myr
    EXPECT_EQ(listed.sources.energy[0], 0.5);
    EXPECT_EQ(listed.sources.x[1], -1.0);
    EXPECT_EQ(listed.sources.y[1], 2.0);
    EXPECT_DOUBLE_EQ(listed.sources.age[1], 0.34);
    EXPECT_EQ(listed.sources.energy[1], 1.0);
    EXPECT_EQ(listed.names, (std::vector<std::string>{"Vela", ""}));
}

TEST(CatalogueFile, columns_as_a_header_names_them) {
    const ListedSources listed =
        read("name,age_yr,z_kpc,x_kpc,y_kpc\nGeminga,342000,0.03,8.7,-0.02\nx,1,0,1,2\n");
    ASSERT_EQ(listed.sources.size, 2U);
    EXPECT_EQ(listed.names[0], "Geminga");
    EXPECT_EQ(listed.sources.x[0], 8.7);
    EXPECT_EQ(listed.sources.y[0], -0.02);
    EXPECT_EQ(listed.sources.z[0], 0.03);
    EXPECT_DOUBLE_EQ(listed.sources.age[0], 0.342);
    EXPECT_EQ(listed.sources.energy[0], 1.0);
}

TEST(CatalogueFile, comments_blanks_and_the_marks_of_other_systems) {
    const ListedSources listed = read(
        "\xEF\xBB\xBF# known remnants\r\n\r\n  x_kpc , y_kpc , z_kpc , age_yr , energy , name\r\n"
        "\t8 , +1 ,-0.5, 2e4 ,, Cygnus Loop \r\n   # the last line has no end\n9,0,0,100,2");
    ASSERT_EQ(listed.sources.size, 2U);
    EXPECT_EQ(listed.sources.y[0], 1.0);
    EXPECT_EQ(listed.sources.energy[0], 1.0);  // an empty field is the standard remnant
    EXPECT_EQ(listed.names[0], "Cygnus Loop");
    EXPECT_EQ(listed.sources.energy[1], 2.0);
    EXPECT_EQ(listed.names[1], "");
}

TEST(CatalogueFile, refuses_with_file_line_and_reason) {
    const std::string columns = "x_kpc, y_kpc, z_kpc, age_yr, energy, name";
    const std::pair<std::string_view, std::vector<const char*>> cases[] = {
        {"", {"known.csv", "no source", "x_kpc,y_kpc,z_kpc,age_yr"}},
        {"# nothing\n\n", {"known.csv", "no source"}},
        {"x_kpc,y_kpc,z_kpc,age_yr\n", {"known.csv", "no source"}},
        {"8,0,0,1e4\n8,0,zero,1e4\n", {"known.csv, line 2", "z_kpc = 'zero'", "not a number"}},
        {"# one\n\n8,0,0,1e4,,a\n8,0,0\n", {"known.csv, line 4", "3 columns", "4 to 6"}},
        {"8,0,0,1e4,1,Jones, John\n", {"line 1", "7 columns"}},
        {"8,,0,1e4\n", {"line 1", "y_kpc = ''", "not a number"}},
        {"8,nan,0,1e4\n", {"line 1", "y_kpc = 'nan'"}},
        {"inf,0,0,1e4\n", {"line 1", "x_kpc = 'inf'"}},
        {"1e400,0,0,1e4\n", {"line 1", "x_kpc = '1e400'"}},
        {"8 kpc,0,0,1e4\n", {"line 1", "x_kpc = '8 kpc'"}},
        {"8,0,0,0\n", {"line 1", "age_yr = 0", "positive"}},
        {"8,0,0,-100\n", {"line 1", "age_yr = -100", "positive"}},
        {"8,0,0,1e4,0\n", {"line 1", "energy = 0", "positive"}},
        {"8,0,0,1e4,Vela\n", {"line 1", "energy = 'Vela'", "not a number"}},
        {"8,0,0,1e4\n8,0,-4,1e4\n", {"line 2", "z_kpc = -4", "halo.half-height = 4 kpc"}},
        {"x_kpc,y_kpc,z_kpc\n1,2,3\n", {"line 1", "'age_yr' is missing"}},
        {"x_kpc,y_kpc,z_kpc,age_yr,x_kpc\n", {"line 1", "'x_kpc' appears twice"}},
        {"x_kpc,y_kpc,z_kpc,age_yr,mass\n", {"line 1", "unknown column 'mass'", columns.c_str()}},
        {"id,x_kpc,y_kpc,z_kpc,age_yr\n", {"line 1", "unknown column 'id'", columns.c_str()}},
        {"X,Y,Z,T\n8,0,0,1e4\n", {"line 1", "x_kpc = 'X'", "not a number", columns.c_str()}},
        {"x_kpc,y_kpc,z_kpc,age_yr\n8,0,0,1e4,2\n", {"line 2", "5 columns instead of 4"}},
        {"x_kpc,y_kpc,z_kpc,energy,age_yr\n8,0,0,1\n", {"line 2", "'age_yr' is missing"}},
    };
    for (const auto& [text, parts] : cases) {
        SCOPED_TRACE(text);
        expect_all(input_error([&] { read(text); }), parts);
    }
}

TEST(CatalogueFile, the_halo_decides_what_is_inside) {
    EXPECT_EQ(read("8,0,3.999,1e4\n", 4.0).sources.size, 1U);
    expect_all(input_error([] { read("8,0,3.999,1e4\n", 2.5); }), {"line 1", "halo.half-height = 2.5 kpc"});
}

}  // namespace
}  // namespace greenhalo
