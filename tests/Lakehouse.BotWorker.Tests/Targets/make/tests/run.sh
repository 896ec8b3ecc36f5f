#!/bin/sh
# Each line of a case: name, input, what words prints for it.
passed=0
failed=0

check() {
    name=$1 input=$2 expected=$3
    shift 3
    actual=$(printf "$input" | ./build/words "$@")
    if [ "$actual" = "$expected" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL: $name: expected $expected, got $actual"
    fi
}

check "one word" "hello" 1
check "two words" "hello world\n" 2
check "white space at both ends" "  a\tb \n" 2
check "nothing" "" 0

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
