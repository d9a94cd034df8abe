<?php
/* Does to posts what an editor does on any day: a JSON list on standard input of titles and what becomes of each. */
$_SERVER['HTTP_HOST'] = getenv('WP_HOST');
require getenv('WP_ROOT') . '/wp-load.php';

kses_remove_filters();
foreach (json_decode(file_get_contents('php://stdin'), true) as $change) {
    $found = get_posts(['title' => $change['title'], 'post_type' => 'any', 'post_status' => 'any']);
    if (count($found) !== 1) {
        fwrite(STDERR, $change['title'] . ': found ' . count($found));
        exit(1);
    }
    if ($change['becomes'] === 'trash') {
        wp_trash_post($found[0]->ID);
    } else {
        wp_update_post(['ID' => $found[0]->ID] + $change['becomes']);
    }
}
