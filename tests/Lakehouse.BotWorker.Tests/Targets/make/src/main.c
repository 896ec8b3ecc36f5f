#include "words.h"

int main(void)
{
    printf("%ld\n", words_count(stdin));
    return 0;
}
