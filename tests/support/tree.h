/* tree.h: a throw-away folder of a test, taken away again. */
#ifndef TESTS_SUPPORT_TREE_H
#define TESTS_SUPPORT_TREE_H

/* Removes a file, a link (not what it leads to) or a folder with all that is in it; what cannot be
 * removed, or is not there, is left. */
void test_remove_tree(const char *path);

#endif
