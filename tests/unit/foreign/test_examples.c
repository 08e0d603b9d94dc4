/* Other people's files, which are not ours to ship: $TIFO_EXAMPLES is a folder with some, in the
 * folders vadere/ and jupedsim/. Every one is read, made a ground of and walked for a while. */
#include "tests/unit/foreign/foreign_scene.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SECONDS = 30 };

static size_t walk_all(const char *folder, const char *ending)
{
    char path[1200];
    size_t count = 0;
    snprintf(path, sizeof path, "%s/%s", getenv("TIFO_EXAMPLES"), folder);
    DIR *dir = opendir(path);
    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
        size_t length = strlen(entry->d_name), wanted = strlen(ending);
        if (length < wanted || strcmp(entry->d_name + length - wanted, ending) != 0)
            continue;
        struct foreign_scene s;
        snprintf(path, sizeof path, "%s/%s/%s", getenv("TIFO_EXAMPLES"), folder, entry->d_name);
        foreign_scene_open(&s, path);
        foreign_scene_run(&s, SECONDS);
        printf("%s: %u of %zu people, %u left\n", entry->d_name, crowd_tally(s.crowd).people,
               foreign_people(&s.foreign), crowd_tally(s.crowd).left);
        foreign_scene_close(&s);
        count++;
    }
    if (dir)
        closedir(dir);
    return count;
}

static void every_example_walks(void **state)
{
    (void)state;
    if (getenv("TIFO_EXAMPLES") == NULL) {
        printf("skipped: TIFO_EXAMPLES does not name a folder with vadere/ and jupedsim/\n");
        skip();
    }
    size_t count = walk_all("vadere", ".scenario") + walk_all("jupedsim", ".zip") +
                   walk_all("jupedsim", "config.json");
    assert_true(count > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_example_walks) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
