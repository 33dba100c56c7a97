<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About LoRA Studio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LoRA Studio {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Teach Stable Diffusion a style or a character on your own computer. Apache 2.0.

With Qt and PySide (LGPL 3), QtAwesome and Phosphor icons (MIT), superqt (BSD), Lark (MIT), pydantic (MIT), Pillow (MIT-CMU) and tokenizers (Apache 2.0).</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AllTags</name>
    <message>
        <source>Show images with this tag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename everywhere…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merge into</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add to selected images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove everywhere</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All tags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search tags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sort by name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No tag contains “{0}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The tags of all captions appear here.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BatchEditDialog</name>
    <message>
        <source>Edit captions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find and replace</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add or remove tags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clean</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Captions:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Selected {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filtered {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The first {0} of {1} changes are shown.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing to change</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CaptionEdits</name>
    <message>
        <source>typing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>caption</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>add “{0}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>remove “{0}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rename “{0}” to “{1}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>order of tags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>merge into “{0}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>add trigger word “{0}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>convert to UTF-8</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CaptionPanel</name>
    <message>
        <source>Tags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sentence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select an image to see its caption.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read in another encoding…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Batch edit…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous caption of this image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next caption of this image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Caption</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n different caption(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Describe the image…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Caption {0} of {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This base model reads English best; tags such as “red dress” work better.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s): training picks one each time</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>The batch edit changes them together.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>What you type becomes the caption of %n image(s).</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rarer tag(s) are not shown here.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CaptionText</name>
    <message>
        <source>Caption</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChangeList</name>
    <message>
        <source>What changes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No caption changes</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Chip</name>
    <message>
        <source>{0} ({1} of {2})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The trigger word</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In {0} of {1} selected images. Click to add it to all.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Beyond 75 tokens: the model does not read it, or not its end.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CleanPage</name>
    <message>
        <source>Remove &amp;repeated tags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove &amp;empty tags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tidy &amp;spaces</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Underscores become spaces</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Chinese commas become commas</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Clean %n caption(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Clean captions</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ClosingDialog</name>
    <message>
        <source>LoRA Studio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep working</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit while LoRA Studio is working?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}. You can go on later from what is saved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop and save, then quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit without saving</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Some changes could not be saved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again to save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close without saving</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Add image folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the sample project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show log folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About LoRA Studio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recent projects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No other projects yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CrashDialog</name>
    <message>
        <source>Something went wrong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LoRA Studio made a mistake and went on. If something looks wrong now, quit and start it again. Please send us the report below.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep working</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CropEditor</name>
    <message>
        <source>Crop box</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Arrow keys move the crop box, plus and minus zoom, 0 makes it automatic.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CropView</name>
    <message>
        <source>No image selected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select an image to see what training sees of it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} × {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} / {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This image cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the crop box</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show exactly what training sees</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Crop automatically (0)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training sees {0} × {1}: enough pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training sees {0} × {1}: enlarged {2}×, gets blurred</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DuplicateGroup</name>
    <message numerus="yes">
        <source>%n similar image(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n similar image(s): none of them would be kept</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DuplicatesDialog</name>
    <message>
        <source>Similar images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Groups of similar images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the caption of a removed image to the kept one if that has none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No images look alike.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1} groups; the others follow.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The largest image of each group is kept, unless you choose otherwise.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Move %n image(s) to the trash</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing to move</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ExportPage</name>
    <message>
        <source>Train an adapter first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Here you will save it as one file for A1111, Forge, ComfyUI and others.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to Train</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FacetChips</name>
    <message>
        <source>Adds or removes {0} in the filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}  {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No caption</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too small</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Similar</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too long</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No trigger word</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unreadable</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>How to filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sort the images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Smallest first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fewest tags first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Longest caption first</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FilterField</name>
    <message>
        <source>Filter: words, tag:hat, is:uncaptioned …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear the filter (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FilterHelp</name>
    <message>
        <source>Terms side by side must all be true. Click one to add it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Frame</name>
    <message>
        <source>No project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Home</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Help</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HomePage</name>
    <message>
        <source>Recent projects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder not found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opened today, {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opened {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make your own style or character</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop a folder of images here. 15–40 varied images are plenty for a character, 30–100 for a style. Your images are never changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder of images…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try the sample project</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImageGrid</name>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No image matches the filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear filter</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImageListModel</name>
    <message>
        <source>unreadable caption</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n tag(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>no caption</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} × {1} pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} by {1}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImageRemedies</name>
    <message>
        <source>Captions are still being read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s) changed</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>The file holds no text in any usual encoding.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read the caption as</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the line that reads right; the file is then saved as UTF-8.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open in another program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy caption</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste as caption</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Automatic crop box</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Move %n image(s) to the trash</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Select images first, once all are read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>move %n image(s) to the trash</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) moved to the trash</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption file(s) saved as UTF-8</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>automatic crop box</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>crop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where is {0} now?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No images look alike.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>keep captions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep mine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Captions cannot be saved in {0}: it is read-only.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy images to the project</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s) changed by another program</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImageTile</name>
    <message>
        <source>cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImagesPage</name>
    <message>
        <source>Captions cannot be saved in {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Problems ({0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Problems</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n image(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{0} shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n selected</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>crop box</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Captions are still being read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s) changed</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every image here has a caption.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>kind of captions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>trigger word</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size of the thumbnails</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size of the thumbnails (Ctrl+wheel)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Batch edit…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find similar…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>crop box set by hand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>looks like another image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>caption is cut off after 75 tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>edited since the project was opened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All tags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JobBar</name>
    <message>
        <source>Show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop and keep what was done so far</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>+%n queued</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} %</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n second(s) left</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s) left</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LanguageChoice</name>
    <message>
        <source>Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>System language</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Sample project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder of images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where is {0} now?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add image folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} – LoRA Studio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LoRA Studio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>OK</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) not saved</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>The language changes at the next start.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Mosaic</name>
    <message numerus="yes">
        <source>%n image(s) selected</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Dismiss</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>OrderPage</name>
    <message>
        <source>tags that come first, after the trigger word</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;First</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Others</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stay in their order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By the alphabet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Most frequent first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Backwards</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Order tags of %n caption(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Order tags</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PreferencesDialog</name>
    <message>
        <source>Preferences</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The language changes at the next start.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the folder of new projects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New projects go to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a tag list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use no tag list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tag list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A CSV file (tag, category, count, aliases) that completes tags.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show all hints again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hints</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear the thumbnails of this project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thumbnails of this project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder of new projects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tag lists (*.csv)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ProblemWords</name>
    <message>
        <source>Folders</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Captions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Review…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Convert to UTF-8</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add to all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy images to the project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder {0} is not there</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n folder(s) may not be opened</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Captions cannot be saved in {0}: it is read-only</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) cannot be read</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) are of a kind that is not read</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) are smaller than {0} pixels</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n group(s) of similar images</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption file(s) cannot be read as text</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption file(s) are not UTF-8</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) have no caption</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s) exceed {0} tokens</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s) lack the trigger word {0}</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption file(s) are ignored beside another</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption file(s) belong to no image</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProblemsPanel</name>
    <message>
        <source>Every image and caption can be used as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No problems found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show them in the grid</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ProjectCard</name>
    <message>
        <source>Remove from this list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Projects</name>
    <message>
        <source>Reading images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for similar images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copying images into the project</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>QueryWords</name>
    <message>
        <source>This quote is not closed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something must follow the colon, without a gap.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A term is missing here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A parenthesis is not closed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No parenthesis is open here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too many parentheses stand in each other.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no such field; the question mark lists them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no such state; write is: to see which there are.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This must be a number, as in tokens:&gt;75.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This must be a ratio, as in ratio:3:2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This must be a size, as in bucket:512x768.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“forest” in the caption or name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this very tag; * stands for anything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the caption as a whole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the name of the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its folders too</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>length of the caption; also chars, tags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pixels; also height, and size for the shorter side</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>width to height</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the size in which training sees it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>also small, duplicate, unreadable and more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>either of them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all others; NOT does the same</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RenameField</name>
    <message>
        <source>Rename tag</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ReplacePage</name>
    <message>
        <source>&amp;Find</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Replace with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Match case</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Whole tags only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Regular &amp;expression</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Replace in %n caption(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Replace “{0}” with “{1}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Character {0} of the expression: {1}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SaveStatus</name>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No shortcut has this text.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SuggestionModel</name>
    <message>
        <source>{0}, {1} in the dataset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>general</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>artist</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>copyright</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>character</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>meta</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TagCompleter</name>
    <message>
        <source>Suggestions</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TagCounts</name>
    <message numerus="yes">
        <source>{0}: in %n image(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{0}, {1} of {2} selected</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TagEditor</name>
    <message>
        <source>add tag…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add tag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show images with this tag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Add to all %n image(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TagList</name>
    <message>
        <source>All tags</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TagsPage</name>
    <message>
        <source>&amp;Do</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add at the front</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add after the trigger word</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add at the end</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Tags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>one tag, another tag</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Remove from %n caption(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Add to %n caption(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Remove “{0}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add “{0}”</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ThemeChoice</name>
    <message>
        <source>Theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>System theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Close this message</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TokenBar</name>
    <message>
        <source>{0} / {1} tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n too many; the end is not read</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TrainPage</name>
    <message>
        <source>Training runs from the command line in this version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the settings of a run, then copy the command into a terminal.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save run settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Command that trains</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the command</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TriggerBar</name>
    <message>
        <source>Trigger &amp;word</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add to all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A made-up word that stands for your style or character.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>missing in %n caption(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>in all captions</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TryPage</name>
    <message>
        <source>Train an adapter first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Here you will draw with it, with a slider for its strength.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to Train</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Workspace</name>
    <message>
        <source>change by another program</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>_Card</name>
    <message>
        <source>{0} × {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unknown size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}, {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No caption</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move to the trash</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move {0} to the trash</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>_Model</name>
    <message>
        <source>{0}: {1} becomes {2}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>_RenameField</name>
    <message>
        <source>New name of the tag</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>in %n image(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>merges with %n image(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dropped</name>
    <message>
        <source>Save the images in a folder first, then drop the folder here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop to open this project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no images in this folder (JPEG, PNG, WebP …)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop to start a project with these images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is no image: drop a folder of images, or a project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These images are in several folders: drop one folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop to start a project with the folder of these images</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>messages</name>
    <message>
        <source>{problem}; {command} --help tells how it is used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no screen to show the window on; run this on a desktop, or use the commands that lora-studio --help lists.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LoRA Studio is running already but does not answer; end it, then start it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The project {path} is open in another LoRA Studio (on {host}, process {process}); close it there, or delete {lock} if none is running.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings file {path} cannot be read ({reason}); check the path.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings file {path} is not valid TOML ({reason}); correct that line.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>--set {word} is not understood; write section.key=value.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no setting {key}; did you mean {close}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The setting {key} = {value} is refused: {rule}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The base model {model} is not there; give &quot;starter&quot; or the path of a diffusers folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder {path} is not a Stable Diffusion model ({reason}); give a complete diffusers folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{model} is a {kind}, which this version cannot train on; give a Stable Diffusion 1.x or 2.x diffusers folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>data.resolution {resolution} and data.bucket_step {bucket_step} must be multiples of {step}, which {base} needs; change them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LoRA Studio failed ({reason}); this is our fault: please report it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder {path} is not a run; give a folder that has a run.toml.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run {path} has no complete checkpoint of that step (it has: {steps}); choose one of them or resume the run.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The unfinished run {path} was made with other settings ({keys}); set them back, or start without --resume.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no unfinished run named {name} to resume; a new one begins.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images or captions changed since step {step}, so the run goes on differently than it began; start a new run if that is not meant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The target {target} matches no layer of the base model ({layers}); choose another network.target.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no 8-bit optimizer for {device}; set optimizer.type to adamw.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{device} cannot train in {precision}; set memory.mixed_precision to auto or no.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The loss of step {step} is not a number (images: {images}), so training stopped with the state before it saved; lower the learning rate or remove those images.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped and saved; lora-studio train {path} --resume goes on from here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The checkpoint {path} cannot be read ({reason}); delete it to resume from the one before.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The checkpoint {path} is of another version ({version}) of LoRA Studio; resume it with that one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The saved adapter does not fit the settings ({key} and {count} in all differ); use the settings it was trained with.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sample pictures are not in {path}; run the demo from the repository.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The size {width}x{height} cannot be drawn; use multiples of {step}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The size {size} is not understood; write it like 512x768.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The strengths {text} are not understood; write them like 0,0.5,1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no sampler {sampler}; choose one of {known}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The LoRA file {path} is not there; check the path.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing in {path} fits the base model {base}; it was made for another kind.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The adapter {path} has rank {found} in {layer}, the settings say {wanted}; set network.rank to {found}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} of {total} layers go on from {path}; the others start anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} of the keys in {path} were not used ({key}: {reason}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The image {path} cannot be read ({reason}); replace or remove it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture {path} is of a kind that is not read; save it as PNG.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The colour profile of {path} is unusable; its colours are read as sRGB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The image {path} changed during the run; start again or resume to use it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The image {path} ({width}x{height}) is enlarged to {bucket_width}x{bucket_height} and gets blurred; use a larger one or lower data.resolution.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The image {path} loses {lost_percent} % of its area to the crop box; cut it to a squarer shape around what matters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The image {path} has the same content as {same_as}; remove one, or set repeats if it should count more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The image {path} has no caption; write one into a .txt file of its name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The caption file {path} is empty; write a caption into it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The caption file {path} cannot be read ({reason}); save it as UTF-8.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The caption file {path} is not UTF-8 and was read as gb18030 (Chinese); save it as UTF-8 if its text looks wrong.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The caption file {path} is ignored because {used} is there; remove one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another program changed the caption file {path}, so your edit was not written over it; keep one of the two.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The caption file {path} belongs to no image; rename or remove it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The trigger word {trigger} is put in front of {captions} captions that lack it; write it into them if it belongs elsewhere.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A caption of {path} has {tokens} tokens and is cut after {limit}; shorten it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The dataset folder {path} is not there; check its path.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder {path} cannot be read ({reason}); its images are left out until you may open it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The dataset folder {path} has no images; put JPEG, PNG or WebP files there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None of the images in {path} can be read; replace them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No image in {path} has a caption; write .txt files beside the images or set a trigger word.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name of {path} makes each of its images count {repeats} times; rename the folder or set repeats if that is not meant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is a crop box for {path}, but no such image; put the image back, or take the line out of [dataset.crops].</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is a project in {path} already; open it or choose another folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The project {path} is not there; check where its folder is now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder {path} is not a project; give a folder that has a project.toml.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The project file {path} cannot be read ({reason}); correct it or put a copy of it back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The project {path} was made by a newer LoRA Studio (its format is {format}); update LoRA Studio to open it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key {key} in {path} is unknown to this version and is kept as it is; correct it if it is misspelled.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another program changed {path}, so it was not saved; open the project again to use that, or save over it to keep what is shown.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name {name} is not Unicode text, so a project cannot keep it; rename that file or folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The project {path} would lie in its own image folder {images}, and its previews would be trained on; choose another folder for one of them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The regular expression {pattern} is not understood at character {position} ({reason}); correct it, or search for plain text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The tag list {path} cannot be read ({reason}); give a CSV file with a tag in each line.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The filter {text} is not understood at character {position} ({reason}); correct it, or put what it looks for in quotes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The VAE makes no finite latent of {path} in {dtype}; set base.dtype to fp32 or base.vae to another VAE.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The cache file {path} is damaged ({reason}) and was computed again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file {path} cannot go to the trash ({reason}); remove it in your file manager.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file {path} is not in the trash any more; get it back from a copy.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file {path} was not brought back, because another one has its name now; rename that one and undo again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other changes followed; undo them first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file {path} cannot be written ({reason}); choose another folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no space left on the disk of {path}; free some and resume the run.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file {path} cannot be read ({reason}); check the path.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is not a whole safetensors file ({reason}); get or save it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} holds no LoRA; give a LoRA file, not a base model or an embedding.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no adapter {adapter} to export; train one first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The layer {module} holds NaN or infinity, so nothing was exported; go back to an earlier checkpoint and train with a lower learning rate.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The layer {module} has values too large for {dtype}; export as bf16 or fp32.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The layer {module} is a {kind} adapter, which this format cannot hold.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The exported file failed its check of {check} ({detail}) and was not kept; please report this.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>shortcuts</name>
    <message>
        <source>Everywhere</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Home</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New project…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open project…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next image without a caption</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move to the trash</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Invert selection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear the filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find and replace…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look at the folders again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add the tag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add the first suggestion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename the tag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the tag</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
