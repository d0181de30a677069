#include "greenhalo/app/ini_reader.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "unit/app/input_error.h"

namespace greenhalo {
namespace {

using test::expect_all;
using test::input_error;

std::string written(std::string_view text) {
    std::string result;
    for (const IniEntry& entry : read_ini(text, "m.ini"))
        result += std::to_string(entry.line) + ":" + entry.key + "=" + entry.value + "|";
    return result;
}

TEST(IniReader, sections_and_full_keys) {
    EXPECT_EQ(written("halo.half-height = 4\n\n[energy]\nmin=1e3\n max = 1e8 \n[species]\nH.charge = 1\n"),
              "1:halo.half-height=4|4:energy.min=1e3|5:energy.max=1e8|7:species.H.charge=1|");
    EXPECT_EQ(written("[species.Be]\ncharge = 4\n[ halo ] # geometry\nhalf-height = 4"),
              "2:species.Be.charge=4|4:halo.half-height=4|");
    EXPECT_EQ(written("[halo]\na=1\n[energy]\nb=2\n[halo]\nc=3"), "2:halo.a=1|4:energy.b=2|6:halo.c=3|");
    EXPECT_EQ(written(""), "");
}

TEST(IniReader, comments_begin_a_line_or_follow_a_blank) {
    EXPECT_EQ(written("# one = 1\n  # two = 2\nk = 3 # kpc\nl = a#b\nm = a#b #c\nn = 4\t#x"),
              "3:k=3|4:l=a#b|5:m=a#b|6:n=4|");
    EXPECT_EQ(written("k =#b"), "1:k=#b|");
}

TEST(IniReader, quotes_are_stripped) {
    EXPECT_EQ(written("k = \"8.5 0 0\"\nl = '8.5 0 0' # kpc\nm = \"a # b\"\nn = it's"),
              "1:k=8.5 0 0|2:l=8.5 0 0|3:m=a # b|4:n=it's|");
    EXPECT_EQ(written("k = \"a \"\"b\"\" c\"\nl = '\"'"), "1:k=a \"b\" c|2:l=\"|");
    EXPECT_EQ(written("k = a=b"), "1:k=a=b|");
}

TEST(IniReader, line_ends_and_byte_order_mark_are_harmless) {
    EXPECT_EQ(written("\xEF\xBB\xBF[halo]\r\nhalf-height = 4\r\n\r\n# x\r\nk = \"5\"\r\n"),
              "2:halo.half-height=4|5:halo.k=5|");
}

TEST(IniReader, refuses_with_the_line) {
    const std::pair<const char*, std::vector<const char*>> cases[] = {
        {"[halo]\nhalf-height 4", {"m.ini, line 2", "half-height 4", "key = value"}},
        {"\nk # = 4", {"m.ini, line 2", "key = value"}},
        {"k =", {"m.ini, line 1", "k has no value"}},
        {"[halo]\nk = # kpc", {"m.ini, line 2", "halo.k has no value"}},
        {"k = \"\"", {"line 1", "k has no value"}},
        {"k = \"  \"", {"line 1", "k has no value"}},
        {"= 4", {"line 1", "no key"}},
        {"half height = 4", {"line 1", "half height", "no blanks"}},
        {"\"k\" = 4", {"line 1", "no quotes"}},
        {"; k = 4", {"line 1", "comments begin with #"}},
        {"[halo\nk=1", {"line 1", "[halo", "not a section"}},
        {"[]\nk=1", {"line 1", "not a section"}},
        {"[a] k = 1", {"line 1", "not a section"}},
        {"[a b]", {"line 1", "not a section"}},
        {"k = \"4", {"line 1", "not closed"}},
        {"k = \"4\" kpc", {"line 1", "\"kpc\" behind the closing quote"}},
        {"k = \"4\"# kpc", {"line 1", "behind the closing quote"}},
        {"halo.k = 1\n[halo]\n\nk = 2", {"m.ini, line 4", "halo.k", "given twice", "in line 1"}},
    };
    for (const auto& [text, parts] : cases) expect_all(input_error([&] { read_ini(text, "m.ini"); }), parts);
    expect_all(input_error([] { read_ini(std::string_view("\x89HDF\0\0", 6), "r.h5"); }),
               {"r.h5", "not a text file"});
}

TEST(IniReader, quoted_values_come_back) {
    for (const char* value : {"4", "8.5 0 0", "a#b", "a #b", "#a", " a ", "\"a\"", "'a'", "a\"b", "\"",
                              "it's", "a'' #\"\"", "a = b", "[a]", ";", "\ta"}) {
        const auto entries = read_ini("k = " + quote_ini(value) + "  # comment\n", "m.ini");
        ASSERT_EQ(entries.size(), 1U) << value;
        EXPECT_EQ(entries[0].value, value);
    }
    EXPECT_EQ(quote_ini("8.5 0 0"), "8.5 0 0");
}

class TextFile : public testing::Test {
  protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "greenhalo_ini_XXXXXX";
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder = name;
    }
    void TearDown() override { std::filesystem::remove_all(folder); }
    std::filesystem::path folder;
};

TEST_F(TextFile, is_read_whole) {
    const std::string content(200000, 'x');
    std::ofstream(folder / "m.ini", std::ios::binary) << content << "\r\n";
    EXPECT_EQ(read_text_file(folder / "m.ini"), content + "\r\n");
}

TEST_F(TextFile, missing_or_folder) {
    expect_all(input_error([&] { read_text_file(folder / "none.ini"); }), {"none.ini", "No such file"});
    expect_all(input_error([&] { read_text_file(folder); }), {folder.c_str(), "is a folder"});
}

TEST_F(TextFile, unreadable) {
    // A loop of links is unreadable for root as well.
    std::filesystem::create_symlink(folder / "b.ini", folder / "a.ini");
    std::filesystem::create_symlink(folder / "a.ini", folder / "b.ini");
    expect_all(input_error([&] { read_text_file(folder / "a.ini"); }), {"a.ini", "cannot read"});
    if (geteuid() == 0) return;
    std::ofstream(folder / "m.ini") << "k = 1\n";
    ASSERT_EQ(chmod((folder / "m.ini").c_str(), 0), 0);
    expect_all(input_error([&] { read_text_file(folder / "m.ini"); }), {"m.ini", "Permission denied"});
}

}  // namespace
}  // namespace greenhalo
