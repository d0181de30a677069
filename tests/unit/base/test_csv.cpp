#include "greenhalo/base/csv.h"

#include <gtest/gtest.h>

#include "greenhalo/base/error.h"
#include "unit/app/input_error.h"

namespace greenhalo::test {

namespace {

enum Column : std::size_t { a, b, c };
const std::vector<CsvColumn> columns = {{"a"}, {"b"}, {"c", false}};

TEST(CsvReader, ColumnsInTheirOrder) {
    CsvReader csv("1,2\n3,+4.5,word\n", "x.csv", columns);
    ASSERT_TRUE(csv.next());
    EXPECT_EQ(csv.number(a), 1.0);
    EXPECT_EQ(csv.field(c), "");
    ASSERT_TRUE(csv.next());
    EXPECT_EQ(csv.line(), 2u);
    EXPECT_EQ(csv.number(b), 4.5);
    EXPECT_EQ(csv.field(c), "word");
    EXPECT_FALSE(csv.next());
    EXPECT_EQ(csv.form(), "a,b[,c]");
}

TEST(CsvReader, HeaderCommentsBlanksAndMarks) {
    CsvReader csv("\xEF\xBB\xBF# rates\r\n\r\n b , a \r\n\t2 , 1 \r\n#\n3,4", "x.csv", columns);
    ASSERT_TRUE(csv.next());
    EXPECT_EQ(csv.line(), 4u);
    EXPECT_EQ(csv.number(a), 1.0);
    EXPECT_EQ(csv.number(b), 2.0);
    EXPECT_EQ(csv.field(c), "");
    ASSERT_TRUE(csv.next());
    EXPECT_EQ(csv.number(a), 4.0);
    EXPECT_FALSE(csv.next());
}

TEST(CsvReader, RefusesWithFileAndLine) {
    const auto read = [](const char* text) {
        return input_error([&] {
            CsvReader csv(text, "x.csv", columns);
            while (csv.next()) csv.number(a), csv.number(b);
        });
    };
    expect_all(read("1,2\n1\n"), {"x.csv, line 2", "1 columns instead of 2 to 3", "a,b[,c]"});
    expect_all(read("1,2,3,4\n"), {"x.csv, line 1", "4 columns"});
    expect_all(read("a,b\n1,2,3\n"), {"line 2", "3 columns instead of 2"});
    expect_all(read("a,b,d\n1,2,3\n"), {"line 1", "unknown column 'd'"});
    expect_all(read("a,b,a\n"), {"column 'a' appears twice"});
    expect_all(read("a,c\n"), {"column 'b' is missing"});
    expect_all(read("t,b\n1,2\n"), {"line 1", "a = 't' is not a number", "a header is a,b[,c]"});
    for (const char* bad : {"1,x", "1,", "1,nan", "1,inf", "1,1e999", "1,0x1", "1,2 3", "1,--2"})
        expect_all(read(bad), {"line 1", "b = '", "is not a number"});
}

}  // namespace

}  // namespace greenhalo::test
