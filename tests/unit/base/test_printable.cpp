#include "greenhalo/base/printable.h"

#include <gtest/gtest.h>

namespace greenhalo {
namespace {

TEST(Printable, TextStaysAsItIs) {
    for (const std::string text :
         {"", "plain ~ text", "two\nlines\n", "H = 4 kpc \xC2\xB1 \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x8C\x8C"})
        EXPECT_EQ(printable(text), text);
}

TEST(Printable, NothingReachesTheTerminalThatMovesIt) {
    EXPECT_EQ(printable("a\rb\x1B[2Jc\x7F"), "a\\x0Db\\x1B[2Jc\\x7F");
    EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\x00b");
    EXPECT_EQ(printable("a\tb"), "a b");
    EXPECT_EQ(printable("\xC2\x9B"), "\\xC2\\x9B");  // the same as ESC [
}

TEST(Printable, BytesThatAreNoText) {
    EXPECT_EQ(printable("\xFFx"), "\\xFFx");
    EXPECT_EQ(printable("caf\xE9"), "caf\\xE9");
    EXPECT_EQ(printable("\xC0\xAF"), "\\xC0\\xAF");           // too long a form
    EXPECT_EQ(printable("\xED\xA0\x80"), "\\xED\\xA0\\x80");  // half of a pair
    EXPECT_EQ(printable("\xE2\x82"), "\\xE2\\x82");
    EXPECT_EQ(printable("\xF4\x90\x80\x80"), "\\xF4\\x90\\x80\\x80");  // beyond Unicode
}

TEST(Printable, OverlongLinesLoseTheirMiddle) {
    const std::string text = "begin " + std::string(5000, 'x') + " end\nnext";
    const std::string shown = printable(text);
    EXPECT_LT(shown.size(), 1300U);
    EXPECT_TRUE(shown.starts_with("begin xxx"));
    EXPECT_TRUE(shown.ends_with("xxx end\nnext"));
    EXPECT_NE(shown.find("xxx ... (3810 bytes) ... xxx"), std::string::npos) << shown;
}

}  // namespace
}  // namespace greenhalo
