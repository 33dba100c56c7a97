<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About LoRA Studio</source>
        <translation>关于 LoRA Studio</translation>
    </message>
    <message>
        <source>LoRA Studio {0}</source>
        <translation>LoRA Studio {0}</translation>
    </message>
    <message>
        <source>Teach Stable Diffusion a style or a character on your own computer. Apache 2.0.

With Qt and PySide (LGPL 3), QtAwesome and Phosphor icons (MIT), superqt (BSD), Lark (MIT), pydantic (MIT), Pillow (MIT-CMU) and tokenizers (Apache 2.0).</source>
        <translation>在自己的电脑上，让 Stable Diffusion 学会一种画风或一个角色。Apache 2.0 许可。

使用了 Qt 和 PySide (LGPL 3)、QtAwesome 和 Phosphor 图标 (MIT)、superqt (BSD)、Lark (MIT)、pydantic (MIT)、Pillow (MIT-CMU) 以及 tokenizers (Apache 2.0)。</translation>
    </message>
</context>
<context>
    <name>AdapterList</name>
    <message>
        <source>Without an adapter the base model draws alone. Add one, or drop its file here.</source>
        <translation>没有 LoRA 时，仅由底模生成。请添加 LoRA，或将其文件拖放到此处。</translation>
    </message>
    <message>
        <source>Add adapter…</source>
        <translation>添加 LoRA…</translation>
    </message>
</context>
<context>
    <name>AdapterRow</name>
    <message>
        <source>Draw with this adapter</source>
        <translation>生成时使用此 LoRA</translation>
    </message>
    <message>
        <source>Checkpoint</source>
        <translation>检查点</translation>
    </message>
    <message>
        <source>Draw with {0}</source>
        <translation>生成时使用 {0}</translation>
    </message>
    <message>
        <source>Checkpoint of {0}</source>
        <translation>{0} 的检查点</translation>
    </message>
    <message>
        <source>Strength of {0}</source>
        <translation>{0} 的强度</translation>
    </message>
    <message>
        <source>Strength of {0} as a number</source>
        <translation>{0} 的强度数值</translation>
    </message>
    <message>
        <source>Remove {0}</source>
        <translation>移除 {0}</translation>
    </message>
    <message>
        <source>The adapter in training, as it is now</source>
        <translation>正在训练的 LoRA 的当前状态</translation>
    </message>
</context>
<context>
    <name>AdapterRows</name>
    <message>
        <source>From a file…</source>
        <translation>从文件添加…</translation>
    </message>
    <message>
        <source>Add adapters</source>
        <translation>添加 LoRA</translation>
    </message>
    <message>
        <source>LoRA files (*.safetensors)</source>
        <translation>LoRA 文件 (*.safetensors)</translation>
    </message>
</context>
<context>
    <name>Adapters</name>
    <message>
        <source>now, step {0}</source>
        <translation>当前，第 {0} 步</translation>
    </message>
    <message>
        <source>final</source>
        <translation>最终</translation>
    </message>
    <message>
        <source>step {0}</source>
        <translation>第 {0} 步</translation>
    </message>
</context>
<context>
    <name>AllTags</name>
    <message>
        <source>Show images with this tag</source>
        <translation>显示含此标签的图像</translation>
    </message>
    <message>
        <source>Rename everywhere…</source>
        <translation>全部重命名…</translation>
    </message>
    <message>
        <source>Merge into</source>
        <translation>合并为</translation>
    </message>
    <message>
        <source>Add to selected images</source>
        <translation>添加到所选图像</translation>
    </message>
    <message>
        <source>Remove everywhere</source>
        <translation>从所有描述中移除</translation>
    </message>
    <message>
        <source>Search tags</source>
        <translation>搜索标签</translation>
    </message>
    <message>
        <source>Sort by name</source>
        <translation>按名称排序</translation>
    </message>
    <message>
        <source>No tag contains “{0}”.</source>
        <translation>没有包含“{0}”的标签。</translation>
    </message>
    <message>
        <source>The tags of all captions appear here.</source>
        <translation>所有描述中的标签会显示在这里。</translation>
    </message>
</context>
<context>
    <name>Badges</name>
    <message>
        <source>cannot be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>crop box set by hand</source>
        <translation>手动设置的裁剪框</translation>
    </message>
    <message>
        <source>looks like another image</source>
        <translation>与其他图像相似</translation>
    </message>
    <message>
        <source>caption is cut off after 75 tokens</source>
        <translation>描述超过 75 个 token，会被截断</translation>
    </message>
    <message>
        <source>edited since the project was opened</source>
        <translation>打开项目后编辑过</translation>
    </message>
</context>
<context>
    <name>BaseChoice</name>
    <message>
        <source>base model</source>
        <translation>底模</translation>
    </message>
    <message>
        <source>Choose a base model: a checkpoint file</source>
        <translation>选择底模：模型文件</translation>
    </message>
    <message>
        <source>Checkpoints (*.safetensors *.ckpt *.pt)</source>
        <translation>模型文件 (*.safetensors *.ckpt *.pt)</translation>
    </message>
    <message>
        <source>Choose a base model: a diffusers folder</source>
        <translation>选择底模：diffusers 文件夹</translation>
    </message>
    <message>
        <source>Download {0}</source>
        <translation>下载 {0}</translation>
    </message>
</context>
<context>
    <name>BaseLine</name>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Use it as VAE</source>
        <translation>用作 VAE</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>确定</translation>
    </message>
    <message>
        <source>Try again…</source>
        <translation>重试…</translation>
    </message>
    <message>
        <source>{0} is downloaded after {1}.</source>
        <translation>{0} 将在 {1} 之后下载。</translation>
    </message>
    <message>
        <source>Downloading {0}: {1} of {2}</source>
        <translation>正在下载 {0}：{1} / {2}</translation>
    </message>
    <message>
        <source>Downloading {0}…</source>
        <translation>正在下载 {0}…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Small and quick, to learn the app with</source>
        <translation>小巧快速，适合用来熟悉本程序</translation>
    </message>
    <message>
        <source>{0} · predicts v</source>
        <translation>{0} · 预测 v</translation>
    </message>
    <message>
        <source>{0} · predicts noise</source>
        <translation>{0} · 预测噪声</translation>
    </message>
    <message>
        <source>{0}, as it was set</source>
        <translation>{0}（按设置）</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>{0} (assumed; change it in All settings if pictures come out wrong)</source>
        <translation>{0}（推测；如果图片不正常，请在“全部设置”中更改）</translation>
    </message>
    <message>
        <source>{0}, to zero terminal SNR</source>
        <translation>{0}，零终端信噪比</translation>
    </message>
</context>
<context>
    <name>Basics</name>
    <message>
        <source>The size that training scales and crops images to</source>
        <translation>训练时将图像缩放并裁剪到的尺寸</translation>
    </message>
    <message>
        <source>Starter (built in)</source>
        <translation>Starter（内置）</translation>
    </message>
    <message>
        <source>Small and quick, to learn the app with</source>
        <translation>小巧快速，适合学习使用本软件</translation>
    </message>
    <message>
        <source>Choose a checkpoint file…</source>
        <translation>选择模型文件…</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>From the Hugging Face hub…</source>
        <translation>从 Hugging Face 下载…</translation>
    </message>
    <message>
        <source>{0} px</source>
        <translation>{0} px</translation>
    </message>
    <message>
        <source>&amp;Base model</source>
        <translation>底模(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>名称(&amp;N)</translation>
    </message>
    <message>
        <source>Training si&amp;ze</source>
        <translation>训练尺寸(&amp;Z)</translation>
    </message>
</context>
<context>
    <name>BatchEditDialog</name>
    <message>
        <source>Edit captions</source>
        <translation>批量编辑描述</translation>
    </message>
    <message>
        <source>Find and replace</source>
        <translation>查找和替换</translation>
    </message>
    <message>
        <source>Add or remove tags</source>
        <translation>添加或移除标签</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>排序</translation>
    </message>
    <message>
        <source>Clean</source>
        <translation>清理</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Captions:</source>
        <translation>范围：</translation>
    </message>
    <message>
        <source>Selected {0}</source>
        <translation>选中的 {0} 条</translation>
    </message>
    <message>
        <source>Filtered {0}</source>
        <translation>筛选出的 {0} 条</translation>
    </message>
    <message>
        <source>All {0}</source>
        <translation>全部 {0} 条</translation>
    </message>
    <message>
        <source>The first {0} of {1} changes are shown.</source>
        <translation>共 {1} 处更改，显示前 {0} 处。</translation>
    </message>
    <message>
        <source>Nothing to change</source>
        <translation>无需更改</translation>
    </message>
</context>
<context>
    <name>CaptionEdits</name>
    <message>
        <source>typing</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>caption</source>
        <translation>更改描述</translation>
    </message>
    <message>
        <source>add “{0}”</source>
        <translation>添加“{0}”</translation>
    </message>
    <message>
        <source>remove “{0}”</source>
        <translation>移除“{0}”</translation>
    </message>
    <message>
        <source>rename “{0}” to “{1}”</source>
        <translation>将“{0}”重命名为“{1}”</translation>
    </message>
    <message>
        <source>order of tags</source>
        <translation>调整标签顺序</translation>
    </message>
    <message>
        <source>merge into “{0}”</source>
        <translation>合并为“{0}”</translation>
    </message>
    <message>
        <source>add trigger word “{0}”</source>
        <translation>添加触发词“{0}”</translation>
    </message>
    <message>
        <source>convert to UTF-8</source>
        <translation>转换为 UTF-8</translation>
    </message>
</context>
<context>
    <name>CaptionPanel</name>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Sentence</source>
        <translation>自然语言</translation>
    </message>
    <message>
        <source>Select an image to see its caption.</source>
        <translation>选择一张图像以查看其描述。</translation>
    </message>
    <message>
        <source>Read in another encoding…</source>
        <translation>换一种编码读取…</translation>
    </message>
    <message>
        <source>Batch edit…</source>
        <translation>批量编辑…</translation>
    </message>
    <message>
        <source>Previous caption of this image</source>
        <translation>此图像的上一条描述</translation>
    </message>
    <message>
        <source>Next caption of this image</source>
        <translation>此图像的下一条描述</translation>
    </message>
    <message>
        <source>Caption</source>
        <translation>描述</translation>
    </message>
    <message numerus="yes">
        <source>%n different caption(s)</source>
        <translation>
            <numerusform>%n 条不同的描述</numerusform>
        </translation>
    </message>
    <message>
        <source>Describe the image…</source>
        <translation>描述这张图像…</translation>
    </message>
    <message>
        <source>Caption {0} of {1}</source>
        <translation>第 {0} 条描述，共 {1} 条</translation>
    </message>
    <message>
        <source>This base model reads English best; tags such as “red dress” work better.</source>
        <translation>此底模更懂英文，建议使用“red dress”这类英文标签。</translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s): training picks one each time</source>
        <translation>
            <numerusform>%n 条描述：训练时每次随机取一条</numerusform>
        </translation>
    </message>
    <message>
        <source>The batch edit changes them together.</source>
        <translation>使用批量编辑可一并更改。</translation>
    </message>
    <message numerus="yes">
        <source>What you type becomes the caption of %n image(s).</source>
        <translation>
            <numerusform>输入的内容将成为这 %n 张图像的描述。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rarer tag(s) are not shown here.</source>
        <translation>
            <numerusform>另有 %n 个较少见的标签未显示。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CaptionText</name>
    <message>
        <source>Caption</source>
        <translation>描述</translation>
    </message>
</context>
<context>
    <name>ChangeList</name>
    <message>
        <source>What changes</source>
        <translation>更改内容</translation>
    </message>
    <message>
        <source>No caption changes</source>
        <translation>没有要更改的描述</translation>
    </message>
</context>
<context>
    <name>CheckList</name>
    <message>
        <source>{0}: not checked yet</source>
        <translation>{0}：尚未检查</translation>
    </message>
    <message>
        <source>{0}: passed</source>
        <translation>{0}：通过</translation>
    </message>
    <message>
        <source>{0}: failed</source>
        <translation>{0}：未通过</translation>
    </message>
</context>
<context>
    <name>CheckpointList</name>
    <message>
        <source>Checkpoints</source>
        <translation>检查点</translation>
    </message>
    <message>
        <source>Step {0}</source>
        <translation>第 {0} 步</translation>
    </message>
    <message>
        <source>★ favourite</source>
        <translation>★ 收藏</translation>
    </message>
</context>
<context>
    <name>Chip</name>
    <message>
        <source>{0} ({1} of {2})</source>
        <translation>{0} ({1}/{2})</translation>
    </message>
    <message>
        <source>The trigger word</source>
        <translation>触发词</translation>
    </message>
    <message>
        <source>In {0} of {1} selected images. Click to add it to all.</source>
        <translation>所选 {1} 张图像中有 {0} 张含此标签。点击可添加到全部。</translation>
    </message>
    <message>
        <source>Beyond 75 tokens: the model does not read it, or not its end.</source>
        <translation>超出 75 个 token：模型读不到此标签，或读不到其末尾。</translation>
    </message>
</context>
<context>
    <name>CleanPage</name>
    <message>
        <source>Remove &amp;repeated tags</source>
        <translation>去除重复标签(&amp;R)</translation>
    </message>
    <message>
        <source>Remove &amp;empty tags</source>
        <translation>去除空标签(&amp;E)</translation>
    </message>
    <message>
        <source>Tidy &amp;spaces</source>
        <translation>整理空格(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Underscores become spaces</source>
        <translation>下划线换成空格(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Chinese commas become commas</source>
        <translation>中文逗号换成英文逗号(&amp;C)</translation>
    </message>
    <message numerus="yes">
        <source>Clean %n caption(s)</source>
        <translation>
            <numerusform>清理 %n 条描述</numerusform>
        </translation>
    </message>
    <message>
        <source>Clean captions</source>
        <translation>清理描述</translation>
    </message>
</context>
<context>
    <name>ClosingDialog</name>
    <message>
        <source>LoRA Studio</source>
        <translation>LoRA Studio</translation>
    </message>
    <message>
        <source>Keep working</source>
        <translation>继续工作</translation>
    </message>
    <message>
        <source>Runs that wait their turn would be forgotten: {0}.</source>
        <translation>排队中的训练任务不会保留：{0} 个。</translation>
    </message>
    <message>
        <source>Quit while LoRA Studio is working?</source>
        <translation>LoRA Studio 仍在工作，要退出吗？</translation>
    </message>
    <message>
        <source>{0} is not finished. Once it is saved, you can go on with it later.</source>
        <translation>{0} 尚未完成。保存后，以后可以继续。</translation>
    </message>
    <message>
        <source>Stop and save, then quit</source>
        <translation>停止并保存，然后退出</translation>
    </message>
    <message>
        <source>Quit without saving</source>
        <translation>不保存直接退出</translation>
    </message>
    <message>
        <source>Some changes could not be saved</source>
        <translation>部分更改无法保存</translation>
    </message>
    <message>
        <source>Try again to save</source>
        <translation>重试保存</translation>
    </message>
    <message>
        <source>Close without saving</source>
        <translation>不保存直接关闭</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Add image folder…</source>
        <translation>添加图像文件夹…</translation>
    </message>
    <message>
        <source>Show folder</source>
        <translation>显示项目文件夹</translation>
    </message>
    <message>
        <source>Close project</source>
        <translation>关闭项目</translation>
    </message>
    <message>
        <source>Free memory</source>
        <translation>释放显存/内存</translation>
    </message>
    <message>
        <source>Open the sample project</source>
        <translation>打开示例项目</translation>
    </message>
    <message>
        <source>Show log folder</source>
        <translation>显示日志文件夹</translation>
    </message>
    <message>
        <source>About LoRA Studio</source>
        <translation>关于 LoRA Studio</translation>
    </message>
    <message>
        <source>Give back the memory that the base model takes; the next job opens it again</source>
        <translation>释放底模占用的显存或内存；下一个任务会重新打开底模</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>Recent projects</source>
        <translation>最近的项目</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>No other projects yet</source>
        <translation>还没有其他项目</translation>
    </message>
    <message>
        <source>Undo {0}</source>
        <translation>撤销：{0}</translation>
    </message>
    <message>
        <source>Redo {0}</source>
        <translation>重做：{0}</translation>
    </message>
</context>
<context>
    <name>CompareView</name>
    <message>
        <source>Without</source>
        <translation>无 LoRA</translation>
    </message>
    <message>
        <source>With</source>
        <translation>有 LoRA</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>No picture yet</source>
        <translation>还没有图像</translation>
    </message>
    <message>
        <source>Write a prompt and press Generate.</source>
        <translation>输入提示词，然后点击“生成”。</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>草稿</translation>
    </message>
    <message>
        <source>{0}; {1} × {2} pixels</source>
        <translation>{0}；{1} × {2} 像素</translation>
    </message>
</context>
<context>
    <name>ContactSheet</name>
    <message>
        <source>Grid of pictures</source>
        <translation>对比网格图</translation>
    </message>
</context>
<context>
    <name>CrashDialog</name>
    <message>
        <source>Something went wrong</source>
        <translation>出错了</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>LoRA Studio made a mistake and went on. If something looks wrong now, quit and start it again. Please send us the report below.</source>
        <translation>LoRA Studio 出现了一个错误，但仍在运行。如果之后看起来不正常，请退出并重新启动。请将下面的报告发给我们。</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>复制报告</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Keep working</source>
        <translation>继续工作</translation>
    </message>
</context>
<context>
    <name>CropEditor</name>
    <message>
        <source>Crop box</source>
        <translation>裁剪框</translation>
    </message>
    <message>
        <source>Arrow keys move the crop box, plus and minus zoom, 0 makes it automatic.</source>
        <translation>方向键移动裁剪框，加号和减号缩放，0 恢复自动裁剪。</translation>
    </message>
</context>
<context>
    <name>CropView</name>
    <message>
        <source>No image selected</source>
        <translation>未选择图像</translation>
    </message>
    <message>
        <source>Select an image to see what training sees of it.</source>
        <translation>选择一张图像，查看训练时的画面。</translation>
    </message>
    <message>
        <source>{0} × {1}</source>
        <translation>{0} × {1}</translation>
    </message>
    <message>
        <source>{0} / {1}</source>
        <translation>{0} / {1}</translation>
    </message>
    <message>
        <source>This image cannot be read</source>
        <translation>无法读取此图像</translation>
    </message>
    <message>
        <source>Previous image</source>
        <translation>上一张图像</translation>
    </message>
    <message>
        <source>Next image</source>
        <translation>下一张图像</translation>
    </message>
    <message>
        <source>Show the crop box</source>
        <translation>显示裁剪框</translation>
    </message>
    <message>
        <source>Show exactly what training sees</source>
        <translation>显示训练时的实际画面</translation>
    </message>
    <message>
        <source>Crop automatically (0)</source>
        <translation>自动裁剪 (0)</translation>
    </message>
    <message>
        <source>Size of the image in pixels</source>
        <translation>图像尺寸（像素）</translation>
    </message>
    <message>
        <source>Training sees {0} × {1}: enough pixels</source>
        <translation>训练尺寸 {0} × {1}：像素充足</translation>
    </message>
    <message>
        <source>Training sees {0} × {1}: enlarged {2}×, gets blurred</source>
        <translation>训练尺寸 {0} × {1}：放大 {2} 倍，会变模糊</translation>
    </message>
</context>
<context>
    <name>DuplicateGroup</name>
    <message numerus="yes">
        <source>%n similar image(s)</source>
        <translation>
            <numerusform>%n 张相似图像</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n similar image(s): none of them would be kept</source>
        <translation>
            <numerusform>%n 张相似图像：一张也不会保留</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DuplicatesDialog</name>
    <message>
        <source>Similar images</source>
        <translation>相似图像</translation>
    </message>
    <message>
        <source>Groups of similar images</source>
        <translation>相似图像组</translation>
    </message>
    <message>
        <source>Give the caption of a removed image to the kept one if that has none</source>
        <translation>若保留的图像没有描述，则使用被移除图像的描述</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>No images look alike.</source>
        <translation>没有相似的图像。</translation>
    </message>
    <message>
        <source>{0} of {1} groups; the others follow.</source>
        <translation>共 {1} 组，先显示 {0} 组，其余随后显示。</translation>
    </message>
    <message>
        <source>The largest image of each group is kept, unless you choose otherwise.</source>
        <translation>默认保留每组中最大的图像，也可另行选择。</translation>
    </message>
    <message numerus="yes">
        <source>Move %n image(s) to the trash</source>
        <translation>
            <numerusform>将 %n 张图像移到回收站</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing to move</source>
        <translation>无需移动</translation>
    </message>
</context>
<context>
    <name>Editor</name>
    <message>
        <source>Choose: {0}</source>
        <translation>选择：{0}</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
</context>
<context>
    <name>EngineDesk</name>
    <message>
        <source>Show</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>{0} is ready</source>
        <translation>{0} 已完成</translation>
    </message>
    <message>
        <source>{0} is downloaded</source>
        <translation>{0} 已下载</translation>
    </message>
</context>
<context>
    <name>EngineJobs</name>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}：{1}</translation>
    </message>
</context>
<context>
    <name>ErrorCard</name>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy the details</source>
        <translation>复制详情</translation>
    </message>
</context>
<context>
    <name>ExportFace</name>
    <message>
        <source>Train an adapter first</source>
        <translation>请先训练一个 LoRA</translation>
    </message>
    <message>
        <source>Here you will save it as one file for A1111, Forge, ComfyUI and others.</source>
        <translation>之后可在这里将它保存为单个文件，供 A1111、Forge、ComfyUI 等使用。</translation>
    </message>
    <message>
        <source>Go to Train</source>
        <translation>前往训练</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>kohya: {0}</source>
        <translation>kohya：{0}</translation>
    </message>
    <message>
        <source>kohya</source>
        <translation>kohya</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>训练任务</translation>
    </message>
    <message>
        <source>File name</source>
        <translation>文件名</translation>
    </message>
    <message>
        <source>fp16</source>
        <translation>fp16</translation>
    </message>
    <message>
        <source>What everybody uses: half the size of fp32</source>
        <translation>最常用：大小是 fp32 的一半</translation>
    </message>
    <message>
        <source>bf16</source>
        <translation>bf16</translation>
    </message>
    <message>
        <source>As small as fp16, coarser, never overflows</source>
        <translation>与 fp16 一样小，精度较低，但不会超出数值范围</translation>
    </message>
    <message>
        <source>fp32</source>
        <translation>fp32</translation>
    </message>
    <message>
        <source>Exactly as trained, twice the size</source>
        <translation>与训练结果完全一致，大小为两倍</translation>
    </message>
    <message>
        <source>The file that nearly every program loads</source>
        <translation>几乎所有程序都能加载的文件</translation>
    </message>
    <message>
        <source>diffusers: Python programs only</source>
        <translation>diffusers：仅限 Python 程序</translation>
    </message>
    <message>
        <source>For pipeline.load_lora_weights; A1111 and others do not load it</source>
        <translation>用于 pipeline.load_lora_weights；A1111 等程序无法加载</translation>
    </message>
    <message>
        <source>Preview image</source>
        <translation>预览图</translation>
    </message>
    <message>
        <source>Beside the file, and small inside it</source>
        <translation>保存在文件旁，并以小图嵌入文件</translation>
    </message>
    <message>
        <source>Other…</source>
        <translation>其他…</translation>
    </message>
    <message>
        <source>Choose another picture as preview image</source>
        <translation>选择其他图像作为预览图</translation>
    </message>
    <message>
        <source>Model card (how to use it, as a text file)</source>
        <translation>模型卡片（文本文件，说明用法）</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Choose the folder to export to</source>
        <translation>选择导出文件夹</translation>
    </message>
    <message>
        <source>Training settings</source>
        <translation>训练设置</translation>
    </message>
    <message>
        <source>Learning rate, steps, optimizer and so on</source>
        <translation>学习率、训练步数、优化器等</translation>
    </message>
    <message>
        <source>Captions and names of folders</source>
        <translation>描述和文件夹名称</translation>
    </message>
    <message>
        <source>How often each tag occurs; A1111 shows them as buttons</source>
        <translation>各标签的出现次数；A1111 会将其显示为按钮</translation>
    </message>
    <message>
        <source>What to export</source>
        <translation>导出内容</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Also write</source>
        <translation>同时写入</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Copy to</source>
        <translation>复制到</translation>
    </message>
    <message>
        <source>How and where</source>
        <translation>导出方式和位置</translation>
    </message>
    <message>
        <source>What the file says</source>
        <translation>文件包含的信息</translation>
    </message>
</context>
<context>
    <name>ExportOutcome</name>
    <message>
        <source>Outcome of the export</source>
        <translation>导出结果</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>复制路径</translation>
    </message>
    <message>
        <source>Choose another folder…</source>
        <translation>选择其他文件夹…</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop the export</source>
        <translation>停止导出</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Exported: {0}, {1}</source>
        <translation>已导出：{0}，{1}</translation>
    </message>
    <message>
        <source>Not exported</source>
        <translation>未导出</translation>
    </message>
    <message>
        <source>No file was written.</source>
        <translation>没有写入任何文件。</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
</context>
<context>
    <name>ExportPage</name>
    <message numerus="yes">
        <source>%n checkpoint(s)</source>
        <translation>
            <numerusform>%n 个检查点</numerusform>
        </translation>
    </message>
    <message>
        <source>newest</source>
        <translation>最新</translation>
    </message>
    <message>
        <source>Preview image</source>
        <translation>预览图</translation>
    </message>
    <message>
        <source>Images (*.png *.jpg *.jpeg *.webp)</source>
        <translation>图像 (*.png *.jpg *.jpeg *.webp)</translation>
    </message>
    <message>
        <source>Give the file a name.</source>
        <translation>请填写文件名。</translation>
    </message>
    <message>
        <source>A file cannot be called that; “{0}” would do.</source>
        <translation>文件不能这样命名；可以改为“{0}”。</translation>
    </message>
    <message>
        <source>Writes {0}</source>
        <translation>将写入 {0}</translation>
    </message>
    <message numerus="yes">
        <source>Writes {0}, and copies to %n place(s)</source>
        <translation>
            <numerusform>将写入 {0}，并复制到 %n 个位置</numerusform>
        </translation>
    </message>
    <message>
        <source>about {0}</source>
        <translation>约 {0}</translation>
    </message>
    <message numerus="yes">
        <source>%n entry(s), never a path on this computer</source>
        <translation>
            <numerusform>%n 个条目，绝不含本机路径</numerusform>
        </translation>
    </message>
    <message>
        <source>(worked out when the file is written)</source>
        <translation>（写入文件时计算）</translation>
    </message>
    <message>
        <source>(the preview image, small)</source>
        <translation>（预览图的小图）</translation>
    </message>
    <message>
        <source>(rank and alpha of layers)</source>
        <translation>（各层的网络维度和 alpha）</translation>
    </message>
    <message>
        <source>Export {0}</source>
        <translation>导出 {0}</translation>
    </message>
    <message>
        <source>No program shows folders here; the file is in {0}</source>
        <translation>没有可显示文件夹的程序；文件位于 {0}</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
</context>
<context>
    <name>ExportPlaces</name>
    <message>
        <source>Folder to export to</source>
        <translation>导出文件夹</translation>
    </message>
    <message>
        <source>Folder that gets a copy, such as models/loras of ComfyUI</source>
        <translation>接收副本的文件夹，如 ComfyUI 的 models/loras</translation>
    </message>
</context>
<context>
    <name>ExportTask</name>
    <message>
        <source>Checksum right</source>
        <translation>校验和正确</translation>
    </message>
    <message>
        <source>Complete, nothing extra</source>
        <translation>内容完整，没有多余项</translation>
    </message>
    <message>
        <source>Layer names that other programs know</source>
        <translation>名称可被其他程序识别</translation>
    </message>
    <message>
        <source>Same weights as trained</source>
        <translation>权重与训练结果一致</translation>
    </message>
    <message>
        <source>Loaded by other programs</source>
        <translation>其他程序可加载</translation>
    </message>
    <message>
        <source>Same picture</source>
        <translation>生成图像一致</translation>
    </message>
    <message numerus="yes">
        <source>%n tensor(s)</source>
        <translation>
            <numerusform>%n 个张量</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s)</source>
        <translation>
            <numerusform>%n 层</numerusform>
        </translation>
    </message>
    <message>
        <source>off by {0} at most</source>
        <translation>最大误差 {0}</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} / {1}</translation>
    </message>
    <message>
        <source>mean difference {0} of 255</source>
        <translation>平均差异 {0}/255</translation>
    </message>
    <message>
        <source>Training goes first; the export begins by itself when it is done.</source>
        <translation>训练优先；训练结束后会自动开始导出。</translation>
    </message>
    <message>
        <source>The export begins by itself when what runs now is done.</source>
        <translation>当前任务结束后会自动开始导出。</translation>
    </message>
    <message numerus="yes">
        <source>Copied to %n place(s).</source>
        <translation>
            <numerusform>已复制到 %n 个位置。</numerusform>
        </translation>
    </message>
    <message>
        <source>It works with the base model that it was trained on, no other.</source>
        <translation>只能与训练时所用的底模搭配使用。</translation>
    </message>
</context>
<context>
    <name>FacetChips</name>
    <message>
        <source>Adds or removes {0} in the filter</source>
        <translation>在筛选中添加或移除 {0}</translation>
    </message>
    <message>
        <source>{0}  {1}</source>
        <translation>{0}  {1}</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>No caption</source>
        <translation>无描述</translation>
    </message>
    <message>
        <source>Too small</source>
        <translation>尺寸过小</translation>
    </message>
    <message>
        <source>Similar</source>
        <translation>相似</translation>
    </message>
    <message>
        <source>Too long</source>
        <translation>描述过长</translation>
    </message>
    <message>
        <source>No trigger word</source>
        <translation>缺少触发词</translation>
    </message>
    <message>
        <source>Unreadable</source>
        <translation>无法读取</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>How to filter</source>
        <translation>筛选方法</translation>
    </message>
    <message>
        <source>Sort the images</source>
        <translation>图像排序</translation>
    </message>
    <message>
        <source>By name</source>
        <translation>按名称</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>时间从新到旧</translation>
    </message>
    <message>
        <source>Smallest first</source>
        <translation>尺寸从小到大</translation>
    </message>
    <message>
        <source>Fewest tags first</source>
        <translation>标签从少到多</translation>
    </message>
    <message>
        <source>Longest caption first</source>
        <translation>描述从长到短</translation>
    </message>
</context>
<context>
    <name>FilterField</name>
    <message>
        <source>Filter: words, tag:hat, is:uncaptioned …</source>
        <translation>筛选：词语、tag:hat、is:uncaptioned …</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>Clear the filter (Esc)</source>
        <translation>清除筛选 (Esc)</translation>
    </message>
</context>
<context>
    <name>FilterHelp</name>
    <message>
        <source>Terms side by side must all be true. Click one to add it.</source>
        <translation>并列的条件须同时满足。点击即可添加。</translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}：{1}</translation>
    </message>
</context>
<context>
    <name>Fixes</name>
    <message>
        <source>Change settings</source>
        <translation>更改设置</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Resume from step {0}</source>
        <translation>从第 {0} 步继续训练</translation>
    </message>
    <message>
        <source>Turn on memory saving and retry</source>
        <translation>开启显存节省并重试</translation>
    </message>
    <message>
        <source>One image at a time and retry</source>
        <translation>改为每次一张图像并重试</translation>
    </message>
    <message>
        <source>Use {0} px and retry</source>
        <translation>改用 {0} px 并重试</translation>
    </message>
    <message>
        <source>Halve the learning rate and start again</source>
        <translation>学习率减半，重新开始</translation>
    </message>
    <message>
        <source>Halve the learning rate and go on from step {0}</source>
        <translation>学习率减半，从第 {0} 步继续训练</translation>
    </message>
</context>
<context>
    <name>FoldList</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>另有 %n 条</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Frame</name>
    <message>
        <source>No project</source>
        <translation>未打开项目</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Try</source>
        <translation>试用</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>主页</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
</context>
<context>
    <name>GridDialog</name>
    <message>
        <source>Grid of pictures</source>
        <translation>对比网格图</translation>
    </message>
    <message>
        <source>Checkpoints</source>
        <translation>检查点</translation>
    </message>
    <message>
        <source>Prompts, one in each line</source>
        <translation>提示词，每行一条</translation>
    </message>
    <message>
        <source>Draw the grid</source>
        <translation>生成网格图</translation>
    </message>
    <message>
        <source>Choose at least one checkpoint.</source>
        <translation>请至少选择一个检查点。</translation>
    </message>
    <message>
        <source>Write the strengths as numbers from -10 to 10, such as 0, 0.5, 1.</source>
        <translation>强度须为 -10 到 10 之间的数字，如 0, 0.5, 1。</translation>
    </message>
    <message>
        <source>Write at least one prompt.</source>
        <translation>请至少输入一条提示词。</translation>
    </message>
    <message>
        <source>{0} pictures are too many; {1} are possible.</source>
        <translation>{0} 张图像过多；最多 {1} 张。</translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s)</source>
        <translation>
            <numerusform>%n 张图像</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Checkpoints, one row each</source>
        <translation>检查点，每个一行(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Strengths, one column each</source>
        <translation>强度，每个一列(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Prompts, one in each line</source>
        <translation>提示词，每行一条(&amp;P)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>GridPanel</name>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Close the grid</source>
        <translation>关闭网格图</translation>
    </message>
    <message>
        <source>Grid of pictures</source>
        <translation>对比网格图</translation>
    </message>
    <message>
        <source>Waiting for the engine…</source>
        <translation>正在等待引擎…</translation>
    </message>
    <message>
        <source>{0} of {1} drawn</source>
        <translation>已生成 {0}/{1}</translation>
    </message>
    <message>
        <source>strength {0}</source>
        <translation>强度 {0}</translation>
    </message>
    <message>
        <source>Opening the base model…</source>
        <translation>正在打开底模…</translation>
    </message>
</context>
<context>
    <name>History</name>
    <message>
        <source>Use these settings</source>
        <translation>使用这些设置</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Move to the trash</source>
        <translation>移到回收站</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>PNG pictures (*.png)</source>
        <translation>PNG 图像 (*.png)</translation>
    </message>
    <message>
        <source>Save the picture</source>
        <translation>保存图像</translation>
    </message>
    <message>
        <source>Saved {0}</source>
        <translation>已保存 {0}</translation>
    </message>
    <message>
        <source>Moved to the trash</source>
        <translation>已移到回收站</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
</context>
<context>
    <name>HistoryStrip</name>
    <message>
        <source>Pictures drawn before</source>
        <translation>之前生成的图像</translation>
    </message>
    <message>
        <source>The pictures that you generate are kept here.</source>
        <translation>生成的图像会保留在这里。</translation>
    </message>
</context>
<context>
    <name>HomePage</name>
    <message>
        <source>Recent projects</source>
        <translation>最近的项目</translation>
    </message>
    <message>
        <source>Folder not found</source>
        <translation>找不到文件夹</translation>
    </message>
    <message>
        <source>Opened today, {0}</source>
        <translation>今天 {0} 打开</translation>
    </message>
    <message>
        <source>Opened {0}</source>
        <translation>{0} 打开</translation>
    </message>
    <message>
        <source>Make your own style or character</source>
        <translation>训练属于你的画风或角色</translation>
    </message>
    <message>
        <source>Drop a folder of images here. 15–40 varied images are plenty for a character, 30–100 for a style. Your images are never changed.</source>
        <translation>将图像文件夹拖放到此处。训练角色准备 15–40 张、训练画风准备 30–100 张多样的图像即可。原图绝不会被改动。</translation>
    </message>
    <message>
        <source>Choose a folder of images…</source>
        <translation>选择图像文件夹…</translation>
    </message>
    <message>
        <source>Try the sample project</source>
        <translation>试试示例项目</translation>
    </message>
</context>
<context>
    <name>HubDialog</name>
    <message>
        <source>A model from the Hugging Face hub</source>
        <translation>来自 Hugging Face 的模型</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Its owner and name, or its address on huggingface.co</source>
        <translation>所有者和名称，或它在 huggingface.co 上的地址</translation>
    </message>
    <message>
        <source>Write it as owner/name, or paste its address</source>
        <translation>请写成 owner/name，或粘贴它的地址</translation>
    </message>
    <message>
        <source>Only where huggingface.co cannot be reached; else leave it empty</source>
        <translation>仅在无法访问 huggingface.co 时填写，否则留空</translation>
    </message>
    <message>
        <source>Write it as an address, or leave it empty</source>
        <translation>请写成网址，或留空</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>模型(&amp;M)</translation>
    </message>
    <message>
        <source>M&amp;irror</source>
        <translation>镜像(&amp;I)</translation>
    </message>
    <message>
        <source>Only the parts that training needs are downloaded: about 4 GB for Stable Diffusion 1.5, 14 GB for XL. They go to {0}, where other programs find them too. What breaks off goes on from there the next time.</source>
        <translation>只下载训练所需的部分：Stable Diffusion 1.5 约 4 GB，XL 约 14 GB。文件保存在 {0}，其他程序也能找到。中断后，下次会从中断处继续。</translation>
    </message>
</context>
<context>
    <name>ImageGrid</name>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>No image matches the filter</source>
        <translation>没有符合筛选条件的图像</translation>
    </message>
    <message>
        <source>Clear filter</source>
        <translation>清除筛选</translation>
    </message>
</context>
<context>
    <name>ImageListModel</name>
    <message>
        <source>unreadable caption</source>
        <translation>描述无法读取</translation>
    </message>
    <message numerus="yes">
        <source>%n tag(s)</source>
        <translation>
            <numerusform>%n 个标签</numerusform>
        </translation>
    </message>
    <message>
        <source>no caption</source>
        <translation>无描述</translation>
    </message>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n 个 token</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} × {1} pixels</source>
        <translation>{0} × {1} 像素</translation>
    </message>
    <message>
        <source>{0} by {1}</source>
        <translation>{0} 乘 {1}</translation>
    </message>
</context>
<context>
    <name>ImageRemedies</name>
    <message>
        <source>Captions are still being read.</source>
        <translation>仍在读取描述。</translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s) changed</source>
        <translation>
            <numerusform>已更改 %n 条描述</numerusform>
        </translation>
    </message>
    <message>
        <source>The file holds no text in any usual encoding.</source>
        <translation>此文件的内容不是任何常用编码的文本。</translation>
    </message>
    <message>
        <source>Read the caption as</source>
        <translation>描述的编码</translation>
    </message>
    <message>
        <source>Choose the line that reads right; the file is then saved as UTF-8.</source>
        <translation>请选择显示正确的一行，文件随后会保存为 UTF-8。</translation>
    </message>
    <message>
        <source>Open in another program</source>
        <translation>用其他程序打开</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Copy caption</source>
        <translation>复制描述</translation>
    </message>
    <message>
        <source>Paste as caption</source>
        <translation>粘贴为描述</translation>
    </message>
    <message>
        <source>Automatic crop box</source>
        <translation>恢复自动裁剪</translation>
    </message>
    <message numerus="yes">
        <source>Move %n image(s) to the trash</source>
        <translation>
            <numerusform>将 %n 张图像移到回收站</numerusform>
        </translation>
    </message>
    <message>
        <source>Select images first, once all are read.</source>
        <translation>请等图像全部读取完毕，再选择图像。</translation>
    </message>
    <message numerus="yes">
        <source>move %n image(s) to the trash</source>
        <translation>
            <numerusform>将 %n 张图像移到回收站</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) moved to the trash</source>
        <translation>
            <numerusform>已将 %n 张图像移到回收站</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption file(s) saved as UTF-8</source>
        <translation>
            <numerusform>已将 %n 个描述文件保存为 UTF-8</numerusform>
        </translation>
    </message>
    <message>
        <source>automatic crop box</source>
        <translation>恢复自动裁剪</translation>
    </message>
    <message>
        <source>crop</source>
        <translation>调整裁剪框</translation>
    </message>
    <message>
        <source>Where is {0} now?</source>
        <translation>{0} 现在在哪里？</translation>
    </message>
    <message>
        <source>No images look alike.</source>
        <translation>没有相似的图像。</translation>
    </message>
    <message>
        <source>keep captions</source>
        <translation>保留描述</translation>
    </message>
    <message>
        <source>Keep mine</source>
        <translation>保留我的版本</translation>
    </message>
    <message>
        <source>Use the file</source>
        <translation>使用文件版本</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>重新定位…</translation>
    </message>
    <message>
        <source>Captions cannot be saved in {0}: it is read-only.</source>
        <translation>无法在 {0} 中保存描述：该文件夹为只读。</translation>
    </message>
    <message>
        <source>Copy images to the project</source>
        <translation>将图像复制到项目</translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s) changed by another program</source>
        <translation>
            <numerusform>%n 条描述被其他程序更改</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
</context>
<context>
    <name>ImageTile</name>
    <message>
        <source>cannot be read</source>
        <translation>无法读取</translation>
    </message>
</context>
<context>
    <name>ImagesFace</name>
    <message>
        <source>All tags</source>
        <translation>所有标签</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>The size that training scales and crops images to</source>
        <translation>训练时将图像缩放并裁剪到的尺寸</translation>
    </message>
    <message>
        <source>Size of the thumbnails</source>
        <translation>缩略图大小</translation>
    </message>
    <message>
        <source>Size of the thumbnails (Ctrl+wheel)</source>
        <translation>缩略图大小 (Ctrl+滚轮)</translation>
    </message>
    <message>
        <source>Batch edit…</source>
        <translation>批量编辑…</translation>
    </message>
    <message>
        <source>Find similar…</source>
        <translation>查找相似图像…</translation>
    </message>
    <message>
        <source>Problems ({0})</source>
        <translation>问题 ({0})</translation>
    </message>
    <message>
        <source>{0} px</source>
        <translation>{0} px</translation>
    </message>
    <message>
        <source>Training si&amp;ze</source>
        <translation>训练尺寸(&amp;Z)</translation>
    </message>
</context>
<context>
    <name>ImagesPage</name>
    <message numerus="yes">
        <source>%n image(s)</source>
        <translation>
            <numerusform>%n 张图像</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} shown</source>
        <translation>显示 {0} 张</translation>
    </message>
    <message numerus="yes">
        <source>%n selected</source>
        <translation>
            <numerusform>已选 %n 张</numerusform>
        </translation>
    </message>
    <message>
        <source>Captions are still being read.</source>
        <translation>仍在读取描述。</translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s) changed</source>
        <translation>
            <numerusform>已更改 %n 条描述</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Every image here has a caption.</source>
        <translation>这里的图像都有描述。</translation>
    </message>
    <message>
        <source>kind of captions</source>
        <translation>更改描述类型</translation>
    </message>
    <message>
        <source>trigger word</source>
        <translation>更改触发词</translation>
    </message>
    <message>
        <source>training size</source>
        <translation>更改训练尺寸</translation>
    </message>
</context>
<context>
    <name>IntentCards</name>
    <message>
        <source>Character</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>画风</translation>
    </message>
    <message>
        <source>Object</source>
        <translation>物体</translation>
    </message>
    <message>
        <source>My preset…</source>
        <translation>我的预设…</translation>
    </message>
    <message>
        <source>{0} (changed)</source>
        <translation>{0}（已更改）</translation>
    </message>
    <message>
        <source>A person, animal or figure, called by a trigger word.</source>
        <translation>人物、动物或形象，用触发词调用。</translation>
    </message>
    <message>
        <source>How pictures look, whatever they show.</source>
        <translation>画面的风格，与内容无关。</translation>
    </message>
    <message>
        <source>One thing, called by a trigger word.</source>
        <translation>某一件物体，用触发词调用。</translation>
    </message>
    <message>
        <source>Settings that you saved.</source>
        <translation>你保存的设置。</translation>
    </message>
    <message>
        <source>Save settings that worked, to use them in any project.</source>
        <translation>保存效果好的设置，用于任何项目。</translation>
    </message>
    <message numerus="yes">
        <source>%n preset(s)</source>
        <translation>
            <numerusform>%n 个预设</numerusform>
        </translation>
    </message>
    <message>
        <source>{0}–{1} images</source>
        <translation>{0}–{1} 张图像</translation>
    </message>
    <message>
        <source>{0}–{1} min</source>
        <translation>{0}–{1} 分钟</translation>
    </message>
    <message>
        <source>a few minutes</source>
        <translation>几分钟</translation>
    </message>
    <message>
        <source>{0}, {1} memory</source>
        <translation>{0}，显存/内存 {1}</translation>
    </message>
    <message>
        <source>No presets saved yet</source>
        <translation>还没有保存的预设</translation>
    </message>
    <message>
        <source>Save these settings as a preset…</source>
        <translation>将这些设置保存为预设…</translation>
    </message>
</context>
<context>
    <name>JobBar</name>
    <message>
        <source>Show</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop and keep what was done so far</source>
        <translation>停止并保留已完成的部分</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message numerus="yes">
        <source>+%n queued</source>
        <translation>
            <numerusform>另有 %n 项排队</numerusform>
        </translation>
    </message>
    <message>
        <source>paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>{0} %</source>
        <translation>{0}%</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} / {1}</translation>
    </message>
    <message>
        <source>{0}/s</source>
        <translation>{0}/秒</translation>
    </message>
    <message numerus="yes">
        <source>%n second(s) left</source>
        <translation>
            <numerusform>剩余 %n 秒</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s) left</source>
        <translation>
            <numerusform>剩余 %n 分钟</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LanguageChoice</name>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>System language</source>
        <translation>系统语言</translation>
    </message>
</context>
<context>
    <name>LossChart</name>
    <message>
        <source>Log scale</source>
        <translation>对数刻度</translation>
    </message>
    <message>
        <source>Show small losses larger</source>
        <translation>放大显示较小的 loss</translation>
    </message>
    <message>
        <source>Thick line: smoothed loss. Faint line: loss of each step. Dashed line: learning rate. Diamonds: checkpoints. Circles: previews. Arrow keys read single steps.</source>
        <translation>粗线：平滑后的 loss。淡线：每步的 loss。虚线：学习率。菱形：检查点。圆圈：预览图。方向键可逐步读取。</translation>
    </message>
    <message>
        <source>┄ learning rate   ◆ checkpoint   ○ previews</source>
        <translation>┄ 学习率   ◆ 检查点   ○ 预览图</translation>
    </message>
    <message>
        <source>Loss (smoothed) {0}</source>
        <translation>Loss（平滑）{0}</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Loss</translation>
    </message>
    <message>
        <source>Noisy is normal; the thick line should fall, then level off.</source>
        <translation>有抖动属正常；粗线应先下降，再趋于平稳。</translation>
    </message>
    <message>
        <source>Step {0} · loss {1} · smoothed {2} · learning rate {3}</source>
        <translation>第 {0} 步 · loss {1} · 平滑 {2} · 学习率 {3}</translation>
    </message>
    <message>
        <source>{0} · checkpoint</source>
        <translation>{0} · 检查点</translation>
    </message>
    <message>
        <source>{0} · previews</source>
        <translation>{0} · 预览图</translation>
    </message>
    <message>
        <source>Loss of each step</source>
        <translation>每步的 loss</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Sample project</source>
        <translation>示例项目</translation>
    </message>
    <message>
        <source>Choose a folder of images</source>
        <translation>选择图像文件夹</translation>
    </message>
    <message>
        <source>Open a project</source>
        <translation>打开项目</translation>
    </message>
    <message>
        <source>Where is {0} now?</source>
        <translation>{0} 现在在哪里？</translation>
    </message>
    <message>
        <source>Add image folder</source>
        <translation>添加图像文件夹</translation>
    </message>
    <message>
        <source>Open a project first, then drop the base model here</source>
        <translation>请先打开一个项目，再把底模拖放到这里</translation>
    </message>
    <message>
        <source>{0} – LoRA Studio</source>
        <translation>{0} – LoRA Studio</translation>
    </message>
    <message>
        <source>LoRA Studio</source>
        <translation>LoRA Studio</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>确定</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>重新定位…</translation>
    </message>
    <message>
        <source>{0} % – {1}</source>
        <translation>{0}% – {1}</translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) not saved</source>
        <translation>
            <numerusform>%n 处更改未保存</numerusform>
        </translation>
    </message>
    <message>
        <source>The language changes at the next start.</source>
        <translation>语言将在下次启动时更改。</translation>
    </message>
</context>
<context>
    <name>MetadataView</name>
    <message>
        <source>What is embedded in the file</source>
        <translation>嵌入文件的内容</translation>
    </message>
</context>
<context>
    <name>Mosaic</name>
    <message numerus="yes">
        <source>%n image(s) selected</source>
        <translation>
            <numerusform>已选择 %n 张图像</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭提示</translation>
    </message>
</context>
<context>
    <name>OrderPage</name>
    <message>
        <source>tags that come first, after the trigger word</source>
        <translation>排在最前的标签（在触发词之后）</translation>
    </message>
    <message>
        <source>&amp;First</source>
        <translation>置前(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Others</source>
        <translation>其余(&amp;O)</translation>
    </message>
    <message>
        <source>Stay in their order</source>
        <translation>保持原有顺序</translation>
    </message>
    <message>
        <source>By the alphabet</source>
        <translation>按字母顺序</translation>
    </message>
    <message>
        <source>Most frequent first</source>
        <translation>按出现次数从多到少</translation>
    </message>
    <message>
        <source>Backwards</source>
        <translation>反转顺序</translation>
    </message>
    <message numerus="yes">
        <source>Order tags of %n caption(s)</source>
        <translation>
            <numerusform>对 %n 条描述的标签排序</numerusform>
        </translation>
    </message>
    <message>
        <source>Order tags</source>
        <translation>标签排序</translation>
    </message>
</context>
<context>
    <name>PhaseStrip</name>
    <message>
        <source>{0}: done</source>
        <translation>{0}：已完成</translation>
    </message>
    <message>
        <source>{0}: now</source>
        <translation>{0}：进行中</translation>
    </message>
    <message>
        <source>{0}: to come</source>
        <translation>{0}：未开始</translation>
    </message>
    <message>
        <source>{0}: failed</source>
        <translation>{0}：失败</translation>
    </message>
</context>
<context>
    <name>PictureBoard</name>
    <message>
        <source>Pictures</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Picture {0} of {1}</source>
        <translation>第 {0} 张，共 {1} 张</translation>
    </message>
</context>
<context>
    <name>PictureStrip</name>
    <message>
        <source>{0} {1}</source>
        <translation>{0} {1}</translation>
    </message>
</context>
<context>
    <name>PictureViewer</name>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>Favourite step (F)</source>
        <translation>收藏此步 (F)</translation>
    </message>
    <message>
        <source>Prompt before (Left)</source>
        <translation>上一条提示词 (←)</translation>
    </message>
    <message>
        <source>Next prompt (Right)</source>
        <translation>下一条提示词 (→)</translation>
    </message>
    <message>
        <source>Step before (Up)</source>
        <translation>上一步 (↑)</translation>
    </message>
    <message>
        <source>Next step (Down)</source>
        <translation>下一步 (↓)</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览图</translation>
    </message>
    <message>
        <source>{0} · strength {1} · seed {2}</source>
        <translation>{0} · 强度 {1} · 种子 {2}</translation>
    </message>
    <message>
        <source>{0} · checkpoint</source>
        <translation>{0} · 检查点</translation>
    </message>
    <message>
        <source>{0} · {1}</source>
        <translation>{0} · {1}</translation>
    </message>
    <message>
        <source>Back to all previews (Esc)</source>
        <translation>返回全部预览图 (Esc)</translation>
    </message>
    <message>
        <source>Keep this picture and put another one beside it (C)</source>
        <translation>保留这张图像，并在旁边放上另一张 (C)</translation>
    </message>
</context>
<context>
    <name>PreferencesDialog</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>语言(&amp;L)</translation>
    </message>
    <message>
        <source>The language changes at the next start.</source>
        <translation>语言将在下次启动时更改。</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>主题(&amp;T)</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Choose the folder of new projects</source>
        <translation>选择新项目的文件夹</translation>
    </message>
    <message>
        <source>New projects go to</source>
        <translation>新项目位置</translation>
    </message>
    <message>
        <source>Choose a tag list</source>
        <translation>选择标签词库</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Use no tag list</source>
        <translation>不使用标签词库</translation>
    </message>
    <message>
        <source>Tag list</source>
        <translation>标签词库</translation>
    </message>
    <message>
        <source>A CSV file (tag, category, count, aliases) that completes tags.</source>
        <translation>用于自动补全标签的 CSV 文件（标签、类别、数量、别名）。</translation>
    </message>
    <message>
        <source>Run the engine in a separate process</source>
        <translation>在单独的进程中运行引擎</translation>
    </message>
    <message>
        <source>For graphics drivers that crash: LoRA Studio itself then stays open. Takes effect with the next job.</source>
        <translation>适用于显卡驱动会崩溃的情况：崩溃时 LoRA Studio 不会随之关闭。从下一个任务起生效。</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>引擎</translation>
    </message>
    <message>
        <source>Show all hints again</source>
        <translation>重新显示所有提示</translation>
    </message>
    <message>
        <source>Hints</source>
        <translation>提示</translation>
    </message>
    <message>
        <source>Clear the thumbnails of this project</source>
        <translation>清除此项目的缩略图</translation>
    </message>
    <message>
        <source>Thumbnails of this project</source>
        <translation>此项目的缩略图</translation>
    </message>
    <message>
        <source>Folder of new projects</source>
        <translation>新项目的文件夹</translation>
    </message>
    <message>
        <source>Tag lists (*.csv)</source>
        <translation>标签词库 (*.csv)</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
</context>
<context>
    <name>PreflightPanel</name>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}：{1}</translation>
    </message>
</context>
<context>
    <name>PreflightWords</name>
    <message numerus="yes">
        <source>{0} is put in front of %n caption(s)</source>
        <translation>
            <numerusform>{0} 会加在 %n 条描述的最前面</numerusform>
        </translation>
    </message>
    <message>
        <source>Set it</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Set it…</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>about {0} s</source>
        <translation>约 {0} 秒</translation>
    </message>
    <message>
        <source>about {0} min</source>
        <translation>约 {0} 分钟</translation>
    </message>
    <message>
        <source>about {0} h</source>
        <translation>约 {0} 小时</translation>
    </message>
    <message>
        <source>{0} MB</source>
        <translation>{0} MB</translation>
    </message>
    <message>
        <source>{0} GB</source>
        <translation>{0} GB</translation>
    </message>
    <message numerus="yes">
        <source>%n image(s)</source>
        <translation>
            <numerusform>%n 张图像</numerusform>
        </translation>
    </message>
    <message>
        <source>{0}, all with captions</source>
        <translation>{0}，都有描述</translation>
    </message>
    <message>
        <source>{0}, {1} with captions</source>
        <translation>{0}，其中 {1} 张有描述</translation>
    </message>
    <message>
        <source>{0} – looking at each…</source>
        <translation>{0}，正在逐张检查…</translation>
    </message>
    <message numerus="yes">
        <source>%n step(s)</source>
        <translation>
            <numerusform>%n 步</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pass(es) over the images</source>
        <translation>
            <numerusform>所有图像训练 %n 遍</numerusform>
        </translation>
    </message>
    <message>
        <source>{0}, {1} at a time: {2}</source>
        <translation>{0}，每步 {1} 张：{2}</translation>
    </message>
    <message>
        <source>{0}, each with up to {1} images of the same shape: {2}</source>
        <translation>{0}，每步最多 {1} 张同形状图像：{2}</translation>
    </message>
    <message>
        <source>How long it takes is known after the first steps</source>
        <translation>所需时间在最初几步之后才能得知</translation>
    </message>
    <message>
        <source>Time: {0}</source>
        <translation>时间：{0}</translation>
    </message>
    <message>
        <source>Memory: about {0}</source>
        <translation>内存：约 {0}</translation>
    </message>
    <message>
        <source>Graphics memory: about {0} of {1}</source>
        <translation>显存：约需 {0}，共 {1}</translation>
    </message>
    <message>
        <source>Memory: about {0} of {1}</source>
        <translation>内存：约需 {0}，共 {1}</translation>
    </message>
    <message>
        <source>{0}, which may not be enough</source>
        <translation>{0}，可能不够</translation>
    </message>
    <message>
        <source>{0}, and {1} are free now: close other programs</source>
        <translation>{0}，目前空闲 {1}：请关闭其他程序</translation>
    </message>
    <message>
        <source>{0}: it fits</source>
        <translation>{0}：足够</translation>
    </message>
    <message>
        <source>Leave weights as they are: slower</source>
        <translation>权重保持原样：较慢</translation>
    </message>
    <message>
        <source>Compute activations twice: a third slower</source>
        <translation>激活值计算两次：慢三分之一</translation>
    </message>
    <message>
        <source>Keep encoded captions on the disk</source>
        <translation>把编码后的描述保存在磁盘上</translation>
    </message>
    <message>
        <source>Move idle parts to main memory: slower previews</source>
        <translation>把闲置部分移到主内存：预览较慢</translation>
    </message>
    <message>
        <source>Images computed at a time: {0}</source>
        <translation>每次计算的图片数：{0}</translation>
    </message>
    <message>
        <source>Base model in fewer bits ({0})</source>
        <translation>用更少的位存储底模（{0}）</translation>
    </message>
    <message>
        <source>Smaller training size: {0} px</source>
        <translation>更小的训练尺寸：{0} 像素</translation>
    </message>
    <message>
        <source>{0}; then about {1}, which fits</source>
        <translation>{0}；之后约需 {1}，足够</translation>
    </message>
    <message>
        <source>{0}; then about {1}</source>
        <translation>{0}；之后约需 {1}</translation>
    </message>
    <message>
        <source>The disk has {0} left, and the run needs {1}</source>
        <translation>磁盘剩余 {0}，训练需要 {1}</translation>
    </message>
    <message>
        <source>Disk: {0} of {1} free</source>
        <translation>磁盘：需要 {0}，可用 {1}</translation>
    </message>
    <message>
        <source>Words learn too: the trigger word gets a meaning of its own</source>
        <translation>词语也参与学习：触发词会获得自己的含义</translation>
    </message>
    <message>
        <source>Words keep their meaning: only how pictures look is learned</source>
        <translation>词语含义不变：只学习画面的样子</translation>
    </message>
    <message>
        <source>No trigger word: nothing will call up what was learned by name</source>
        <translation>没有触发词：无法用词语调用学到的内容</translation>
    </message>
    <message>
        <source>Goes on from {0}</source>
        <translation>从 {0} 继续训练</translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) cannot be read and are left out</source>
        <translation>
            <numerusform>%n 张图像无法读取，不会被使用</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) are of a kind that is not read</source>
        <translation>
            <numerusform>%n 张图像的格式不受支持</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) are small and will be enlarged</source>
        <translation>
            <numerusform>%n 张图像尺寸过小，会被放大</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) lose more than a quarter when cropped</source>
        <translation>
            <numerusform>%n 张图像会被裁掉四分之一以上</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) are there twice</source>
        <translation>
            <numerusform>%n 张图像有重复</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) have an unusable colour profile</source>
        <translation>
            <numerusform>%n 张图像的颜色配置文件无法使用</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) have no caption</source>
        <translation>
            <numerusform>%n 张图像没有描述</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s) are empty</source>
        <translation>
            <numerusform>%n 条描述为空</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption file(s) cannot be read as text</source>
        <translation>
            <numerusform>%n 个描述文件无法读取为文本</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption file(s) are not UTF-8</source>
        <translation>
            <numerusform>%n 个描述文件不是 UTF-8</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption file(s) are ignored beside another</source>
        <translation>
            <numerusform>%n 个描述文件因重复而被忽略</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s) exceed {0} tokens; the rest is cut off</source>
        <translation>
            <numerusform>%n 条描述超过 {0} 个 token，超出的部分会被截断</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProblemWords</name>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Captions</source>
        <translation>描述</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Review…</source>
        <translation>检查…</translation>
    </message>
    <message>
        <source>Convert to UTF-8</source>
        <translation>转换为 UTF-8</translation>
    </message>
    <message>
        <source>Add to all</source>
        <translation>全部添加</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>重新定位…</translation>
    </message>
    <message>
        <source>Copy images to the project</source>
        <translation>将图像复制到项目</translation>
    </message>
    <message>
        <source>The folder {0} is not there</source>
        <translation>找不到文件夹 {0}</translation>
    </message>
    <message numerus="yes">
        <source>%n folder(s) may not be opened</source>
        <translation>
            <numerusform>%n 个文件夹没有访问权限</numerusform>
        </translation>
    </message>
    <message>
        <source>Captions cannot be saved in {0}: it is read-only</source>
        <translation>无法在 {0} 中保存描述：该文件夹为只读</translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) cannot be read</source>
        <translation>
            <numerusform>%n 张图像无法读取</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) are of a kind that is not read</source>
        <translation>
            <numerusform>%n 张图像的格式不受支持</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) are smaller than {0} pixels</source>
        <translation>
            <numerusform>%n 张图像小于 {0} 像素</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n group(s) of similar images</source>
        <translation>
            <numerusform>%n 组相似图像</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption file(s) cannot be read as text</source>
        <translation>
            <numerusform>%n 个描述文件无法读取为文本</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption file(s) are not UTF-8</source>
        <translation>
            <numerusform>%n 个描述文件不是 UTF-8</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) have no caption</source>
        <translation>
            <numerusform>%n 张图像没有描述</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s) exceed {0} tokens</source>
        <translation>
            <numerusform>%n 条描述超过 {0} 个 token</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption(s) lack the trigger word {0}</source>
        <translation>
            <numerusform>%n 条描述缺少触发词 {0}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption file(s) are ignored beside another</source>
        <translation>
            <numerusform>%n 个描述文件因重复而被忽略</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n caption file(s) belong to no image</source>
        <translation>
            <numerusform>%n 个描述文件没有对应的图像</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProblemsPanel</name>
    <message>
        <source>Every image and caption can be used as it is.</source>
        <translation>所有图像和描述都可以直接使用。</translation>
    </message>
    <message>
        <source>No problems found</source>
        <translation>未发现问题</translation>
    </message>
    <message>
        <source>Show them in the grid</source>
        <translation>在网格中显示</translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}：{1}</translation>
    </message>
</context>
<context>
    <name>ProgramStamps</name>
    <message>
        <source>Loads in</source>
        <translation>可加载于</translation>
    </message>
    <message>
        <source>{0} loads it, {1}</source>
        <translation>{0} 可以加载，{1}</translation>
    </message>
    <message>
        <source>{0} loads it</source>
        <translation>{0} 可以加载</translation>
    </message>
    <message>
        <source>{0} loads it in part: {1}</source>
        <translation>{0} 只能部分加载：{1}</translation>
    </message>
    <message>
        <source>{0}: in part</source>
        <translation>{0}：部分</translation>
    </message>
    <message>
        <source>{0} does not load it: {1}</source>
        <translation>{0} 无法加载：{1}</translation>
    </message>
    <message>
        <source>{0}: not at all</source>
        <translation>{0}：不能</translation>
    </message>
</context>
<context>
    <name>ProjectCard</name>
    <message>
        <source>Remove from this list</source>
        <translation>从列表中移除</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>重新定位…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
</context>
<context>
    <name>Projects</name>
    <message>
        <source>Reading images</source>
        <translation>正在读取图像</translation>
    </message>
    <message>
        <source>Looking for similar images</source>
        <translation>正在查找相似图像</translation>
    </message>
    <message>
        <source>Copying images into the project</source>
        <translation>正在将图像复制到项目</translation>
    </message>
</context>
<context>
    <name>PromptList</name>
    <message>
        <source>Add a prompt</source>
        <translation>添加提示词</translation>
    </message>
    <message>
        <source>Seed of the first prompt</source>
        <translation>第一条提示词的种子</translation>
    </message>
    <message>
        <source>The same seed draws the same picture. The next prompts count up from it.</source>
        <translation>相同的种子会生成相同的图像。后面的提示词依次加 1。</translation>
    </message>
    <message>
        <source>First &amp;seed</source>
        <translation>起始种子(&amp;S)</translation>
    </message>
</context>
<context>
    <name>PromptRow</name>
    <message>
        <source>What to draw, such as: a woman with a red hat</source>
        <translation>要画的内容，如 a woman with a red hat</translation>
    </message>
    <message>
        <source>Remove this prompt</source>
        <translation>移除此提示词</translation>
    </message>
    <message>
        <source>seed {0}</source>
        <translation>种子 {0}</translation>
    </message>
    <message>
        <source>Preview prompt {0}</source>
        <translation>预览提示词 {0}</translation>
    </message>
</context>
<context>
    <name>Prompts</name>
    <message>
        <source>Show &amp;previews while it trains</source>
        <translation>训练时显示预览图(&amp;P)</translation>
    </message>
    <message>
        <source>Without a prompt, nothing is drawn</source>
        <translation>没有提示词，不会生成预览图</translation>
    </message>
    <message numerus="yes">
        <source>First without the LoRA, then every %n step(s)</source>
        <translation>
            <numerusform>训练前（不用 LoRA）一次，之后每 %n 步一次</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>QueryWords</name>
    <message>
        <source>This quote is not closed.</source>
        <translation>引号没有闭合。</translation>
    </message>
    <message>
        <source>Something must follow the colon, without a gap.</source>
        <translation>冒号后须紧跟内容，中间不能有空格。</translation>
    </message>
    <message>
        <source>A term is missing here.</source>
        <translation>这里缺少条件。</translation>
    </message>
    <message>
        <source>A parenthesis is not closed.</source>
        <translation>括号没有闭合。</translation>
    </message>
    <message>
        <source>No parenthesis is open here.</source>
        <translation>这里没有对应的左括号。</translation>
    </message>
    <message>
        <source>Too many parentheses stand in each other.</source>
        <translation>括号嵌套过多。</translation>
    </message>
    <message>
        <source>There is no such field; the question mark lists them.</source>
        <translation>没有这个字段；点击问号可查看全部字段。</translation>
    </message>
    <message>
        <source>There is no such state; write is: to see which there are.</source>
        <translation>没有这种状态；输入 is: 可查看全部状态。</translation>
    </message>
    <message>
        <source>This must be a number, as in tokens:&gt;75.</source>
        <translation>这里须填数字，如 tokens:&gt;75。</translation>
    </message>
    <message>
        <source>This must be a ratio, as in ratio:3:2.</source>
        <translation>这里须填比例，如 ratio:3:2。</translation>
    </message>
    <message>
        <source>This must be a size, as in bucket:512x768.</source>
        <translation>这里须填尺寸，如 bucket:512x768。</translation>
    </message>
    <message>
        <source>“forest” in the caption or name</source>
        <translation>描述或文件名中含有“forest”</translation>
    </message>
    <message>
        <source>this very tag; * stands for anything</source>
        <translation>恰好是此标签；* 代表任意内容</translation>
    </message>
    <message>
        <source>the caption as a whole</source>
        <translation>匹配整条描述</translation>
    </message>
    <message>
        <source>the name of the file</source>
        <translation>文件名</translation>
    </message>
    <message>
        <source>its folders too</source>
        <translation>包括所在文件夹</translation>
    </message>
    <message>
        <source>length of the caption; also chars, tags</source>
        <translation>描述长度；还可用 chars、tags</translation>
    </message>
    <message>
        <source>pixels; also height, and size for the shorter side</source>
        <translation>宽度（像素）；还可用 height，短边用 size</translation>
    </message>
    <message>
        <source>width to height</source>
        <translation>宽高比</translation>
    </message>
    <message>
        <source>the size in which training sees it</source>
        <translation>训练尺寸（分桶）</translation>
    </message>
    <message>
        <source>also small, duplicate, unreadable and more</source>
        <translation>无描述；还可用 small、duplicate、unreadable 等</translation>
    </message>
    <message>
        <source>either of them</source>
        <translation>满足任意一个</translation>
    </message>
    <message>
        <source>all others; NOT does the same</source>
        <translation>排除这些；也可写 NOT</translation>
    </message>
</context>
<context>
    <name>RecipeDialog</name>
    <message>
        <source>Recipe of {0}</source>
        <translation>{0} 的训练参数</translation>
    </message>
    <message>
        <source>Settings that are taken over</source>
        <translation>可沿用的设置</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>设置项</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>What could not be taken over</source>
        <translation>无法沿用的内容</translation>
    </message>
    <message>
        <source>In the file</source>
        <translation>文件中的参数</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message numerus="yes">
        <source>%n setting(s) taken over</source>
        <translation>
            <numerusform>可沿用 %n 项设置</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n could not be taken over</source>
        <translation>
            <numerusform>%n 项无法沿用</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecipeFields</name>
    <message>
        <source>Other…</source>
        <translation>其他…</translation>
    </message>
    <message>
        <source>More steps draw finer and take longer; 20 to 30 are usual.</source>
        <translation>步数越多越精细，耗时也越长；通常为 20 到 30。</translation>
    </message>
    <message>
        <source>How closely the prompt is followed (CFG); 7 is usual, 1 is off.</source>
        <translation>对提示词的遵循程度 (CFG)；通常为 7，1 为关闭。</translation>
    </message>
    <message>
        <source>How many pictures, each with the next seed.</source>
        <translation>生成的张数，种子逐张加 1。</translation>
    </message>
    <message>
        <source>Swap width and height</source>
        <translation>交换宽高</translation>
    </message>
    <message>
        <source>Width in pixels</source>
        <translation>宽度（像素）</translation>
    </message>
    <message>
        <source>Height in pixels</source>
        <translation>高度（像素）</translation>
    </message>
    <message>
        <source>S&amp;ize</source>
        <translation>尺寸(&amp;I)</translation>
    </message>
    <message>
        <source>Sa&amp;mpler</source>
        <translation>采样器(&amp;M)</translation>
    </message>
    <message>
        <source>G&amp;uidance</source>
        <translation>引导系数(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Pictures</source>
        <translation>张数(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Steps</source>
        <translation>步数(&amp;S)</translation>
    </message>
    <message>
        <source>{0} is not possible; the nearest size, {1}, is used.</source>
        <translation>无法使用 {0}，将使用最接近的尺寸 {1}。</translation>
    </message>
    <message>
        <source>Width and height are multiples of {0}, from {1} to {2}.</source>
        <translation>宽和高须为 {0} 的倍数，范围 {1} 到 {2}。</translation>
    </message>
</context>
<context>
    <name>RenameField</name>
    <message>
        <source>Rename tag</source>
        <translation>重命名标签</translation>
    </message>
</context>
<context>
    <name>ReplaceDialog</name>
    <message>
        <source>LoRA Studio</source>
        <translation>LoRA Studio</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) of this name are there already</source>
        <translation>
            <numerusform>已有 %n 个同名文件</numerusform>
        </translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Keep them</source>
        <translation>保留原文件</translation>
    </message>
</context>
<context>
    <name>ReplacePage</name>
    <message>
        <source>&amp;Find</source>
        <translation>查找(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Replace with</source>
        <translation>替换为(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Match case</source>
        <translation>区分大小写(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Whole tags only</source>
        <translation>仅匹配整个标签(&amp;W)</translation>
    </message>
    <message>
        <source>Regular &amp;expression</source>
        <translation>正则表达式(&amp;E)</translation>
    </message>
    <message numerus="yes">
        <source>Replace in %n caption(s)</source>
        <translation>
            <numerusform>在 %n 条描述中替换</numerusform>
        </translation>
    </message>
    <message>
        <source>Replace “{0}” with “{1}”</source>
        <translation>将“{0}”替换为“{1}”</translation>
    </message>
    <message>
        <source>Character {0} of the expression: {1}</source>
        <translation>表达式第 {0} 个字符：{1}</translation>
    </message>
</context>
<context>
    <name>RunCards</name>
    <message>
        <source>Stopped unexpectedly</source>
        <translation>意外中断</translation>
    </message>
    <message>
        <source>Stopped unexpectedly at step {0}</source>
        <translation>在第 {0} 步意外中断</translation>
    </message>
    <message>
        <source>LoRA Studio or the computer ended while this run was at work.</source>
        <translation>此训练任务进行时，LoRA Studio 或电脑意外关闭。</translation>
    </message>
    <message>
        <source>The run can go on from here as if it had never stopped.</source>
        <translation>可由此继续训练，就像从未停止过一样。</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Train further</source>
        <translation>追加训练</translation>
    </message>
    <message>
        <source>Saved as {0}</source>
        <translation>已保存为 {0}</translation>
    </message>
    <message numerus="yes">
        <source>%n step(s)</source>
        <translation>
            <numerusform>%n 步</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s)</source>
        <translation>
            <numerusform>%n 张图像</numerusform>
        </translation>
    </message>
    <message>
        <source>loss {0} to {1}</source>
        <translation>loss {0} → {1}</translation>
    </message>
    <message>
        <source>Stopped before the first step</source>
        <translation>在第一步之前停止</translation>
    </message>
    <message>
        <source>Stopped at step {0} of {1}</source>
        <translation>停在第 {0} 步，共 {1} 步</translation>
    </message>
    <message>
        <source>Previews and checkpoints are kept; the last one is of step {0}.</source>
        <translation>预览图和检查点均已保留，最后一个检查点在第 {0} 步。</translation>
    </message>
    <message>
        <source>There was no checkpoint yet, so the steps are lost; nothing else is.</source>
        <translation>还没有检查点，已训练的步数会丢失；其他内容不受影响。</translation>
    </message>
    <message>
        <source>Nothing was trained yet, so nothing is lost.</source>
        <translation>尚未开始训练，没有任何损失。</translation>
    </message>
    <message>
        <source>Resume from step {0}</source>
        <translation>从第 {0} 步继续训练</translation>
    </message>
    <message>
        <source>Start it again</source>
        <translation>重新开始</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>关闭提示</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>试用</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>New run</source>
        <translation>新建训练任务</translation>
    </message>
</context>
<context>
    <name>RunChooser</name>
    <message>
        <source>R&amp;un</source>
        <translation>训练任务(&amp;U)</translation>
    </message>
    <message>
        <source>New run</source>
        <translation>新建训练任务</translation>
    </message>
    <message>
        <source>waits its turn</source>
        <translation>排队中</translation>
    </message>
    <message>
        <source>begins</source>
        <translation>准备中</translation>
    </message>
    <message>
        <source>training</source>
        <translation>训练中</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>stopped unexpectedly</source>
        <translation>意外中断</translation>
    </message>
</context>
<context>
    <name>RunDesk</name>
    <message>
        <source>{0} waits its turn</source>
        <translation>{0} 已加入队列</translation>
    </message>
    <message>
        <source>{0} moved to the trash</source>
        <translation>已将 {0} 移到回收站</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>The next run goes on from {0}</source>
        <translation>下一个训练任务将从 {0} 继续训练</translation>
    </message>
</context>
<context>
    <name>RunFace</name>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Preview now</source>
        <translation>立即预览</translation>
    </message>
    <message>
        <source>Save checkpoint</source>
        <translation>保存检查点</translation>
    </message>
    <message>
        <source>Try this</source>
        <translation>试用当前 LoRA</translation>
    </message>
    <message>
        <source>Stop…</source>
        <translation>停止…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>New run</source>
        <translation>新建训练任务</translation>
    </message>
    <message>
        <source>Stop and keep</source>
        <translation>停止并保留</translation>
    </message>
    <message>
        <source>Saves what was learned so far, and exports it</source>
        <translation>保存目前学到的内容并导出</translation>
    </message>
    <message>
        <source>Stop and discard…</source>
        <translation>停止并丢弃…</translation>
    </message>
    <message>
        <source>Moves the run to the trash</source>
        <translation>将训练任务移到回收站</translation>
    </message>
    <message>
        <source>Progress of the run</source>
        <translation>训练进度</translation>
    </message>
</context>
<context>
    <name>RunList</name>
    <message>
        <source>Start it again</source>
        <translation>重新开始</translation>
    </message>
    <message>
        <source>Resume from step {0}</source>
        <translation>从第 {0} 步继续训练</translation>
    </message>
    <message>
        <source>{0} stopped unexpectedly at step {1}.</source>
        <translation>{0} 在第 {1} 步意外中断。</translation>
    </message>
    <message>
        <source>{0} was stopped at step {1}.</source>
        <translation>{0} 已在第 {1} 步停止。</translation>
    </message>
    <message>
        <source>Look at it</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>关闭提示</translation>
    </message>
</context>
<context>
    <name>RunShown</name>
    <message>
        <source>Step {0} of {1}</source>
        <translation>第 {0} 步，共 {1} 步</translation>
    </message>
    <message>
        <source>Stopping after this step…</source>
        <translation>这一步完成后停止…</translation>
    </message>
    <message>
        <source>Paused at step {0}; the model stays loaded: try it</source>
        <translation>已在第 {0} 步暂停；模型仍保持加载，可以试用</translation>
    </message>
    <message>
        <source>Pausing after this step…</source>
        <translation>这一步完成后暂停…</translation>
    </message>
    <message>
        <source>Waiting for {0}</source>
        <translation>正在等待 {0}</translation>
    </message>
    <message>
        <source>Loading the engine…</source>
        <translation>正在加载引擎…</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>Text encoder</source>
        <translation>文本编码器</translation>
    </message>
    <message>
        <source>Second text encoder</source>
        <translation>第二文本编码器</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Memory at most</source>
        <translation>显存/内存峰值</translation>
    </message>
    <message>
        <source>Base model</source>
        <translation>底模</translation>
    </message>
    <message>
        <source>Learns from</source>
        <translation>训练数据</translation>
    </message>
    <message>
        <source>Computes on</source>
        <translation>运算设备</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Preparing</source>
        <translation>正在准备</translation>
    </message>
    <message>
        <source>The first previews come before the first step.</source>
        <translation>第一步开始前会先生成一批预览图。</translation>
    </message>
    <message>
        <source>Previews of each step appear here. “Preview now” draws some at once.</source>
        <translation>各步的预览图会显示在这里。点击“立即预览”可马上生成。</translation>
    </message>
    <message>
        <source>No previews yet</source>
        <translation>还没有预览图</translation>
    </message>
</context>
<context>
    <name>RunView</name>
    <message>
        <source>LoRA Studio</source>
        <translation>LoRA Studio</translation>
    </message>
    <message>
        <source>Stop and discard this run?</source>
        <translation>要停止并丢弃此训练任务吗？</translation>
    </message>
    <message>
        <source>It moves to the trash with its previews and checkpoints.</source>
        <translation>它会连同预览图和检查点一起移到回收站。</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Keep training</source>
        <translation>继续训练</translation>
    </message>
    <message>
        <source>Draw the preview prompts after this step</source>
        <translation>这一步完成后，按预览提示词生成图像</translation>
    </message>
    <message>
        <source>Pause and try the adapter as it is now</source>
        <translation>暂停并试用当前的 LoRA</translation>
    </message>
    <message>
        <source>Strength grid: show it large</source>
        <translation>强度网格图：放大查看</translation>
    </message>
    <message>
        <source>Prompts at several strengths</source>
        <translation>各提示词在不同强度下的效果</translation>
    </message>
</context>
<context>
    <name>RunWords</name>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Base model</source>
        <translation>底模</translation>
    </message>
    <message>
        <source>Encode images</source>
        <translation>编码图像</translation>
    </message>
    <message>
        <source>Encode captions</source>
        <translation>编码描述</translation>
    </message>
    <message>
        <source>Tune</source>
        <translation>调优</translation>
    </message>
    <message>
        <source>Try a step</source>
        <translation>试跑一步</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Draw grid</source>
        <translation>生成网格图</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>{0} steps/s</source>
        <translation>{0} 步/秒</translation>
    </message>
    <message>
        <source>{0} s/step</source>
        <translation>{0} 秒/步</translation>
    </message>
    <message>
        <source>{0} left</source>
        <translation>剩余 {0}</translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n 秒</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n 分钟</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} h {1} min</source>
        <translation>{0} 小时 {1} 分钟</translation>
    </message>
    <message>
        <source>{0} MB</source>
        <translation>{0} MB</translation>
    </message>
    <message>
        <source>{0} GB</source>
        <translation>{0} GB</translation>
    </message>
    <message>
        <source>{0} (planned: {1})</source>
        <translation>{0}（计划：{1}）</translation>
    </message>
    <message>
        <source>{0} (planned: {1}) of {2}</source>
        <translation>{0}（计划：{1}），共 {2}</translation>
    </message>
    <message numerus="yes">
        <source>%n image(s)</source>
        <translation>
            <numerusform>%n 张图像</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n 条警告</numerusform>
        </translation>
    </message>
    <message>
        <source>Not enough memory</source>
        <translation>显存或内存不足</translation>
    </message>
    <message>
        <source>Learning ran away</source>
        <translation>训练数值异常</translation>
    </message>
    <message>
        <source>The disk could not be written</source>
        <translation>磁盘读写失败</translation>
    </message>
    <message>
        <source>The base model cannot be used</source>
        <translation>底模无法使用</translation>
    </message>
    <message>
        <source>An image cannot be used</source>
        <translation>有图像无法使用</translation>
    </message>
    <message>
        <source>A caption cannot be used</source>
        <translation>有描述无法使用</translation>
    </message>
    <message>
        <source>The images cannot be used</source>
        <translation>数据集图像无法使用</translation>
    </message>
    <message>
        <source>The checkpoint cannot be used</source>
        <translation>检查点无法使用</translation>
    </message>
    <message>
        <source>The file could not be exported</source>
        <translation>文件无法导出</translation>
    </message>
    <message>
        <source>A setting is refused</source>
        <translation>有设置无效</translation>
    </message>
    <message>
        <source>LoRA Studio made a mistake</source>
        <translation>LoRA Studio 出现了一个错误</translation>
    </message>
    <message>
        <source>The engine broke down</source>
        <translation>引擎崩溃</translation>
    </message>
    <message>
        <source>Training failed</source>
        <translation>训练失败</translation>
    </message>
</context>
<context>
    <name>SampleCell</name>
    <message>
        <source>cannot be read</source>
        <translation>无法读取</translation>
    </message>
</context>
<context>
    <name>SampleGrid</name>
    <message>
        <source>Newest</source>
        <translation>最新</translation>
    </message>
    <message>
        <source>Previews by step and prompt</source>
        <translation>按步数和提示词排列的预览图</translation>
    </message>
    <message>
        <source>Go to the newest previews and follow them</source>
        <translation>转到最新的预览图并保持跟随</translation>
    </message>
</context>
<context>
    <name>SampleModel</name>
    <message>
        <source>step {0}</source>
        <translation>第 {0} 步</translation>
    </message>
    <message>
        <source>before</source>
        <translation>训练前</translation>
    </message>
    <message>
        <source>{0}: no preview</source>
        <translation>{0}：没有预览图</translation>
    </message>
    <message>
        <source>{0}, {1}</source>
        <translation>{0}，{1}</translation>
    </message>
    <message>
        <source>{0}
Strengths to look at: {1}</source>
        <translation>{0}
可查看的强度：{1}</translation>
    </message>
    <message>
        <source>checkpoint</source>
        <translation>检查点</translation>
    </message>
    <message>
        <source>favourite</source>
        <translation>收藏</translation>
    </message>
    <message>
        <source>{0}
seed {1}, the same in every row</source>
        <translation>{0}
种子 {1}，各行相同</translation>
    </message>
</context>
<context>
    <name>SaveStatus</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>正在保存…</translation>
    </message>
    <message>
        <source>Saved {0}</source>
        <translation>已保存 {0}</translation>
    </message>
</context>
<context>
    <name>SeedField</name>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>The same seed draws the same picture again.</source>
        <translation>相同的种子会生成相同的图像。</translation>
    </message>
    <message>
        <source>Another seed</source>
        <translation>换一个种子</translation>
    </message>
    <message>
        <source>Keep the seed</source>
        <translation>固定种子</translation>
    </message>
    <message>
        <source>The seed is kept: press for a new one with each picture</source>
        <translation>种子已固定：点击后每张图像使用新种子</translation>
    </message>
    <message>
        <source>Each picture takes a new seed: press to keep this one</source>
        <translation>每张图像使用新种子：点击可固定当前种子</translation>
    </message>
</context>
<context>
    <name>Selection</name>
    <message>
        <source>Captions cannot be saved in {0}.</source>
        <translation>无法在 {0} 中保存描述。</translation>
    </message>
    <message>
        <source>crop box</source>
        <translation>调整裁剪框</translation>
    </message>
</context>
<context>
    <name>SettingRow</name>
    <message>
        <source>Reset {0} to {1}</source>
        <translation>将“{0}”重置为 {1}</translation>
    </message>
    <message>
        <source>Changed; the default is {0}.</source>
        <translation>已更改；默认为 {0}。</translation>
    </message>
    <message>
        <source>{0}, by default {1}</source>
        <translation>{0}，默认为 {1}</translation>
    </message>
</context>
<context>
    <name>SettingsFiles</name>
    <message>
        <source>Import settings…</source>
        <translation>导入设置…</translation>
    </message>
    <message>
        <source>Read the recipe of a LoRA…</source>
        <translation>读取 LoRA 的训练参数…</translation>
    </message>
    <message>
        <source>Export settings…</source>
        <translation>导出设置…</translation>
    </message>
    <message>
        <source>Save as preset…</source>
        <translation>保存为预设…</translation>
    </message>
    <message>
        <source>Save as preset</source>
        <translation>保存为预设</translation>
    </message>
    <message>
        <source>Name of the preset</source>
        <translation>预设名称</translation>
    </message>
    <message>
        <source>Saved the preset {0}</source>
        <translation>已保存预设 {0}</translation>
    </message>
    <message>
        <source>Import settings</source>
        <translation>导入设置</translation>
    </message>
    <message>
        <source>Settings (*.toml)</source>
        <translation>设置 (*.toml)</translation>
    </message>
    <message>
        <source>Export settings</source>
        <translation>导出设置</translation>
    </message>
    <message>
        <source>Saved {0}</source>
        <translation>已保存 {0}</translation>
    </message>
    <message>
        <source>Read the recipe of a LoRA</source>
        <translation>读取 LoRA 的训练参数</translation>
    </message>
    <message>
        <source>LoRA files (*.safetensors)</source>
        <translation>LoRA 文件 (*.safetensors)</translation>
    </message>
    <message>
        <source>Settings of {0} taken over</source>
        <translation>已导入 {0} 的设置</translation>
    </message>
    <message>
        <source>{0}, except {1}, which this project decides</source>
        <translation>{0}，{1} 除外（由此项目决定）</translation>
    </message>
    <message>
        <source>Trained with LoRA Studio.</source>
        <translation>由 LoRA Studio 训练。</translation>
    </message>
    <message>
        <source>Trained with kohya&apos;s scripts, or a program around them.</source>
        <translation>由 kohya 脚本或基于它的程序训练。</translation>
    </message>
    <message>
        <source>Trained with OneTrainer.</source>
        <translation>由 OneTrainer 训练。</translation>
    </message>
    <message>
        <source>The file does not tell how it was trained, only its shape.</source>
        <translation>文件没有记录训练方式，只能看出网络结构。</translation>
    </message>
    <message>
        <source>Base model: {0}</source>
        <translation>底模：{0}</translation>
    </message>
    <message>
        <source>Trigger word: {0}</source>
        <translation>触发词：{0}</translation>
    </message>
    <message>
        <source>Effective speed: {0}, and it stays the same</source>
        <translation>有效学习率：{0}，沿用后不变</translation>
    </message>
    <message>
        <source>It was made for another kind of base model ({0}) than that of this project ({1}): size and learning rates may not suit.</source>
        <translation>它适用的底模类型 ({0}) 与此项目的 ({1}) 不同：尺寸和学习率可能不合适。</translation>
    </message>
    <message>
        <source>There is a preset called {0} already. Replace it?</source>
        <translation>已有名为“{0}”的预设，要替换吗？</translation>
    </message>
</context>
<context>
    <name>SettingsForm</name>
    <message>
        <source>Search the settings</source>
        <translation>搜索设置</translation>
    </message>
    <message>
        <source>No setting matches.</source>
        <translation>没有匹配的设置项。</translation>
    </message>
    <message numerus="yes">
        <source>{0} of %n setting(s)</source>
        <translation>
            <numerusform>共 %n 项设置，显示 {0} 项</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n setting(s)</source>
        <translation>
            <numerusform>%n 项设置</numerusform>
        </translation>
    </message>
    <message>
        <source>Changed only ({0})</source>
        <translation>仅看已更改 ({0})</translation>
    </message>
</context>
<context>
    <name>SetupFace</name>
    <message>
        <source>Simple</source>
        <translation>简单</translation>
    </message>
    <message>
        <source>All settings</source>
        <translation>全部设置</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>Back to what the card says</source>
        <translation>恢复为所选卡片的设置</translation>
    </message>
    <message>
        <source>Start training</source>
        <translation>开始训练</translation>
    </message>
    <message>
        <source>Add to queue</source>
        <translation>加入队列</translation>
    </message>
    <message>
        <source>What are you teaching?</source>
        <translation>要训练什么？</translation>
    </message>
    <message>
        <source>Import and export</source>
        <translation>导入和导出</translation>
    </message>
    <message>
        <source>Before you start</source>
        <translation>开始之前</translation>
    </message>
</context>
<context>
    <name>SetupView</name>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}：{1}</translation>
    </message>
    <message>
        <source>training size</source>
        <translation>更改训练尺寸</translation>
    </message>
</context>
<context>
    <name>SheetView</name>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Back to all previews (Esc)</source>
        <translation>返回全部预览图 (Esc)</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search shortcuts</source>
        <translation>搜索快捷键</translation>
    </message>
    <message>
        <source>No shortcut has this text.</source>
        <translation>没有匹配的快捷键。</translation>
    </message>
</context>
<context>
    <name>Sliders</name>
    <message>
        <source>How long</source>
        <translation>训练时长</translation>
    </message>
    <message>
        <source>quick</source>
        <translation>快速</translation>
    </message>
    <message>
        <source>thorough</source>
        <translation>充分</translation>
    </message>
    <message>
        <source>Strength of learning</source>
        <translation>学习强度</translation>
    </message>
    <message>
        <source>gentle</source>
        <translation>温和</translation>
    </message>
    <message>
        <source>strong</source>
        <translation>强烈</translation>
    </message>
    <message>
        <source>Detail</source>
        <translation>细节</translation>
    </message>
    <message>
        <source>small file</source>
        <translation>文件小</translation>
    </message>
    <message>
        <source>rich</source>
        <translation>丰富</translation>
    </message>
    <message numerus="yes">
        <source>%n step(s)</source>
        <translation>
            <numerusform>%n 步</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pass(es)</source>
        <translation>
            <numerusform>%n 遍</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s)</source>
        <translation>
            <numerusform>%n 张图像</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} over {1}</source>
        <translation>{1} × {0}</translation>
    </message>
    <message>
        <source>learning rate {0} · effective speed {1}</source>
        <translation>学习率 {0} · 有效学习率 {1}</translation>
    </message>
    <message>
        <source>rank {0}</source>
        <translation>网络维度 {0}</translation>
    </message>
    <message>
        <source>{0} · {1} file</source>
        <translation>{0} · 文件 {1}</translation>
    </message>
</context>
<context>
    <name>StateLine</name>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}：{1}</translation>
    </message>
</context>
<context>
    <name>StepHeader</name>
    <message>
        <source>Mark this step as a favourite (F)</source>
        <translation>收藏这一步 (F)</translation>
    </message>
    <message>
        <source>There is a checkpoint of this step: it can be tried and exported</source>
        <translation>这一步有检查点，可以试用和导出</translation>
    </message>
    <message>
        <source>Drawn without the adapter, to compare with</source>
        <translation>未使用 LoRA 生成，用于对比</translation>
    </message>
</context>
<context>
    <name>StrengthSlider</name>
    <message>
        <source>Strength</source>
        <translation>强度</translation>
    </message>
    <message>
        <source>0 is off, 1 as trained. Shift for small steps, double click for 1.</source>
        <translation>0 为关闭，1 为训练时的强度。按住 Shift 微调，双击恢复为 1。</translation>
    </message>
    <message>
        <source>Strength as a number</source>
        <translation>强度数值</translation>
    </message>
</context>
<context>
    <name>SuggestionModel</name>
    <message>
        <source>{0}, {1} in the dataset</source>
        <translation>{0}，数据集中有 {1} 个</translation>
    </message>
    <message>
        <source>general</source>
        <translation>通用</translation>
    </message>
    <message>
        <source>artist</source>
        <translation>画师</translation>
    </message>
    <message>
        <source>copyright</source>
        <translation>作品</translation>
    </message>
    <message>
        <source>character</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>meta</source>
        <translation>元信息</translation>
    </message>
</context>
<context>
    <name>TagCompleter</name>
    <message>
        <source>Suggestions</source>
        <translation>建议</translation>
    </message>
</context>
<context>
    <name>TagCounts</name>
    <message numerus="yes">
        <source>{0}: in %n image(s)</source>
        <translation>
            <numerusform>{0}：%n 张图像</numerusform>
        </translation>
    </message>
    <message>
        <source>{0}, {1} of {2} selected</source>
        <translation>{0}，所选 {2} 张中有 {1} 张</translation>
    </message>
</context>
<context>
    <name>TagEditor</name>
    <message>
        <source>add tag…</source>
        <translation>添加标签…</translation>
    </message>
    <message>
        <source>Add tag</source>
        <translation>添加标签</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>重命名…</translation>
    </message>
    <message>
        <source>Show images with this tag</source>
        <translation>显示含此标签的图像</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message numerus="yes">
        <source>Add to all %n image(s)</source>
        <translation>
            <numerusform>添加到全部 %n 张图像</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TagList</name>
    <message>
        <source>All tags</source>
        <translation>所有标签</translation>
    </message>
</context>
<context>
    <name>TagsPage</name>
    <message>
        <source>&amp;Do</source>
        <translation>操作(&amp;D)</translation>
    </message>
    <message>
        <source>Add at the front</source>
        <translation>添加到开头</translation>
    </message>
    <message>
        <source>Add after the trigger word</source>
        <translation>添加到触发词之后</translation>
    </message>
    <message>
        <source>Add at the end</source>
        <translation>添加到末尾</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>&amp;Tags</source>
        <translation>标签(&amp;T)</translation>
    </message>
    <message>
        <source>one tag, another tag</source>
        <translation>标签一, 标签二</translation>
    </message>
    <message numerus="yes">
        <source>Remove from %n caption(s)</source>
        <translation>
            <numerusform>从 %n 条描述中移除</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Add to %n caption(s)</source>
        <translation>
            <numerusform>添加到 %n 条描述</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove “{0}”</source>
        <translation>移除“{0}”</translation>
    </message>
    <message>
        <source>Add “{0}”</source>
        <translation>添加“{0}”</translation>
    </message>
</context>
<context>
    <name>TargetFolders</name>
    <message>
        <source>Add a place…</source>
        <translation>添加位置…</translation>
    </message>
    <message>
        <source>A folder that other programs load from, such as ComfyUI&apos;s models/loras</source>
        <translation>其他程序加载 LoRA 的文件夹，如 ComfyUI 的 models/loras</translation>
    </message>
    <message>
        <source>not there now</source>
        <translation>目前不存在</translation>
    </message>
    <message>
        <source>Forget the place {0}</source>
        <translation>从列表中移除位置 {0}</translation>
    </message>
    <message>
        <source>Copy to {0}</source>
        <translation>复制到 {0}</translation>
    </message>
</context>
<context>
    <name>ThemeChoice</name>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>System theme</source>
        <translation>系统主题</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
</context>
<context>
    <name>TokenBar</name>
    <message>
        <source>{0} / {1} tokens</source>
        <translation>{0} / {1} 个 token</translation>
    </message>
    <message numerus="yes">
        <source>%n too many; the end is not read</source>
        <translation>
            <numerusform>超出 %n 个，末尾不会被读取</numerusform>
        </translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}：{1}</translation>
    </message>
</context>
<context>
    <name>TrainPage</name>
    <message>
        <source>Drop to use this base model</source>
        <translation>松开以使用此底模</translation>
    </message>
    <message>
        <source>Drop to use the settings in this file</source>
        <translation>松开以使用此文件中的设置</translation>
    </message>
    <message>
        <source>Drop to read the recipe of this LoRA</source>
        <translation>松开以读取此 LoRA 的训练参数</translation>
    </message>
    <message numerus="yes">
        <source>%n run(s)</source>
        <translation>
            <numerusform>%n 个训练任务</numerusform>
        </translation>
    </message>
    <message>
        <source>There are no images to learn from yet</source>
        <translation>还没有可训练的图像</translation>
    </message>
    <message>
        <source>Add a folder of images to this project first.</source>
        <translation>请先为此项目添加图像文件夹。</translation>
    </message>
    <message>
        <source>Go to Images</source>
        <translation>前往图像</translation>
    </message>
</context>
<context>
    <name>TriggerBar</name>
    <message>
        <source>Trigger &amp;word</source>
        <translation>触发词(&amp;W)</translation>
    </message>
    <message>
        <source>Add to all</source>
        <translation>全部添加</translation>
    </message>
    <message>
        <source>A made-up word that stands for your style or character.</source>
        <translation>一个自创的词，代表你的画风或角色。</translation>
    </message>
    <message numerus="yes">
        <source>missing in %n caption(s)</source>
        <translation>
            <numerusform>%n 条描述缺少</numerusform>
        </translation>
    </message>
    <message>
        <source>in all captions</source>
        <translation>所有描述中都有</translation>
    </message>
</context>
<context>
    <name>TryFace</name>
    <message>
        <source>Prompt</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>What the picture shows</source>
        <translation>想要画面中出现的内容</translation>
    </message>
    <message>
        <source>What the picture should not show</source>
        <translation>不想在画面中出现的内容</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>&amp;Live</source>
        <translation>实时(&amp;L)</translation>
    </message>
    <message>
        <source>Draw at once while a slider moves, then in full</source>
        <translation>拖动滑块时立即生成草图，停下后再完整生成</translation>
    </message>
    <message>
        <source>Grid…</source>
        <translation>网格图…</translation>
    </message>
    <message>
        <source>Checkpoints and strengths side by side</source>
        <translation>并排对比检查点和强度</translation>
    </message>
    <message>
        <source>Train something first, or drop a .safetensors here</source>
        <translation>先训练一个 LoRA，或将 .safetensors 拖放到此处</translation>
    </message>
    <message>
        <source>With an adapter you see here what it learned, with a slider for its strength. The base model alone draws already.</source>
        <translation>有了 LoRA，就能在这里查看它学到的内容，并用滑块调节强度。现在也可以只用底模生成。</translation>
    </message>
    <message>
        <source>Go to Train</source>
        <translation>前往训练</translation>
    </message>
    <message>
        <source>Single</source>
        <translation>单张</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>并排</translation>
    </message>
    <message>
        <source>Divider</source>
        <translation>分割线</translation>
    </message>
    <message>
        <source>Hover</source>
        <translation>悬停</translation>
    </message>
    <message>
        <source>One picture</source>
        <translation>单张图片</translation>
    </message>
    <message>
        <source>Without and with the adapter, side by side</source>
        <translation>并排显示无 LoRA 和有 LoRA 的图片</translation>
    </message>
    <message>
        <source>Without and with the adapter, with a line to drag</source>
        <translation>用可拖动的分割线比较无 LoRA 和有 LoRA 的图片</translation>
    </message>
    <message>
        <source>Without the adapter while the pointer is on the picture</source>
        <translation>指针在图片上时显示无 LoRA 的图片</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Back to the grid</source>
        <translation>返回网格图</translation>
    </message>
    <message>
        <source>&amp;Prompt</source>
        <translation>提示词(&amp;P)</translation>
    </message>
    <message>
        <source>A&amp;void</source>
        <translation>反向提示词(&amp;V)</translation>
    </message>
    <message>
        <source>Se&amp;ed</source>
        <translation>种子(&amp;E)</translation>
    </message>
    <message>
        <source>Adapters</source>
        <translation>LoRA</translation>
    </message>
</context>
<context>
    <name>TryPage</name>
    <message numerus="yes">
        <source>Add %n adapter(s)</source>
        <translation>
            <numerusform>添加 %n 个 LoRA</numerusform>
        </translation>
    </message>
    <message>
        <source>These settings are used now.</source>
        <translation>已换用这些设置。</translation>
    </message>
    <message>
        <source>Go to Train</source>
        <translation>前往训练</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>确定</translation>
    </message>
    <message>
        <source>Remove it</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Another project is training; pictures wait for that.</source>
        <translation>另一个项目正在训练；训练结束后才能生成图像。</translation>
    </message>
    <message>
        <source>Pause training and try</source>
        <translation>暂停训练并试用</translation>
    </message>
    <message>
        <source>Training is running; pictures wait for it.</source>
        <translation>正在训练；训练结束后才能生成图像。</translation>
    </message>
    <message>
        <source>Training pauses after this step…</source>
        <translation>当前步完成后暂停训练…</translation>
    </message>
    <message>
        <source>Training is paused at step {0}. You can try the adapter as it is now.</source>
        <translation>训练已在第 {0} 步暂停。可以试用此时的 LoRA。</translation>
    </message>
    <message>
        <source>Go on training</source>
        <translation>继续训练</translation>
    </message>
</context>
<context>
    <name>TrySession</name>
    <message numerus="yes">
        <source>%n picture(s)</source>
        <translation>
            <numerusform>%n 张图像</numerusform>
        </translation>
    </message>
    <message>
        <source>Live picture</source>
        <translation>实时图像</translation>
    </message>
</context>
<context>
    <name>TryStage</name>
    <message>
        <source>Drawing…</source>
        <translation>正在生成…</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>确定</translation>
    </message>
    <message>
        <source>This could not be drawn</source>
        <translation>无法生成此图像</translation>
    </message>
    <message>
        <source>Without</source>
        <translation>无 LoRA</translation>
    </message>
    <message>
        <source>With</source>
        <translation>有 LoRA</translation>
    </message>
    <message>
        <source>Strength {0}</source>
        <translation>强度 {0}</translation>
    </message>
    <message>
        <source>Opening the base model…</source>
        <translation>正在打开底模…</translation>
    </message>
    <message>
        <source>Drawing a draft…</source>
        <translation>正在生成草图…</translation>
    </message>
    <message>
        <source>Drawing, step {0} of {1}</source>
        <translation>正在生成，第 {0} 步，共 {1} 步</translation>
    </message>
    <message>
        <source>Waits until this is done: {0}</source>
        <translation>等待此任务完成：{0}</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在开始…</translation>
    </message>
    <message>
        <source>Seed {0} · {1}</source>
        <translation>种子 {0} · {1}</translation>
    </message>
    <message>
        <source>No prompt: the model draws freely</source>
        <translation>没有提示词：模型自由生成</translation>
    </message>
</context>
<context>
    <name>Workspace</name>
    <message>
        <source>change by another program</source>
        <translation>其他程序所做的更改</translation>
    </message>
</context>
<context>
    <name>_Card</name>
    <message>
        <source>{0} × {1}</source>
        <translation>{0} × {1}</translation>
    </message>
    <message>
        <source>unknown size</source>
        <translation>尺寸未知</translation>
    </message>
    <message>
        <source>{0}, {1}</source>
        <translation>{0}，{1}</translation>
    </message>
    <message>
        <source>No caption</source>
        <translation>无描述</translation>
    </message>
    <message>
        <source>Move to the trash</source>
        <translation>移到回收站</translation>
    </message>
    <message>
        <source>Move {0} to the trash</source>
        <translation>将 {0} 移到回收站</translation>
    </message>
</context>
<context>
    <name>_Group</name>
    <message numerus="yes">
        <source>%n hidden because {0}: {1}</source>
        <translation>
            <numerusform>已隐藏 %n 项（{0}）：{1}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Model</name>
    <message>
        <source>{0}: {1} becomes {2}</source>
        <translation>{0}：{1} 改为 {2}</translation>
    </message>
</context>
<context>
    <name>_RenameField</name>
    <message>
        <source>New name of the tag</source>
        <translation>标签的新名称</translation>
    </message>
    <message numerus="yes">
        <source>in %n image(s)</source>
        <translation>
            <numerusform>%n 张图像</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>merges with %n image(s)</source>
        <translation>
            <numerusform>将与 %n 张合并</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Strengths</name>
    <message>
        <source>Strength</source>
        <translation>强度</translation>
    </message>
    <message>
        <source>Strength {0}</source>
        <translation>强度 {0}</translation>
    </message>
</context>
<context>
    <name>dropped</name>
    <message>
        <source>Save the images in a folder first, then drop the folder here</source>
        <translation>请先将图像保存到文件夹，再将文件夹拖放到此处</translation>
    </message>
    <message>
        <source>Drop to use this base model</source>
        <translation>松开以使用此底模</translation>
    </message>
    <message>
        <source>Drop to open this project</source>
        <translation>松开以打开此项目</translation>
    </message>
    <message>
        <source>There are no images in this folder (JPEG, PNG, WebP …)</source>
        <translation>此文件夹中没有图像（JPEG、PNG、WebP 等）</translation>
    </message>
    <message>
        <source>Drop to start a project with these images</source>
        <translation>松开以用这些图像新建项目</translation>
    </message>
    <message>
        <source>This is no image: drop a folder of images, or a project</source>
        <translation>这不是图像：请拖放图像文件夹或项目</translation>
    </message>
    <message>
        <source>These images are in several folders: drop one folder</source>
        <translation>这些图像位于多个文件夹中：请只拖放一个文件夹</translation>
    </message>
    <message>
        <source>Drop to start a project with the folder of these images</source>
        <translation>松开以用这些图像所在的文件夹新建项目</translation>
    </message>
</context>
<context>
    <name>messages</name>
    <message>
        <source>{problem}; {command} --help tells how it is used.</source>
        <translation>{problem}；运行 {command} --help 可查看用法。</translation>
    </message>
    <message>
        <source>There is no screen to show the window on; run this on a desktop, or use the commands that lora-studio --help lists.</source>
        <translation>没有可显示窗口的屏幕；请在桌面环境中运行，或使用 lora-studio --help 列出的命令。</translation>
    </message>
    <message>
        <source>LoRA Studio is running already but does not answer; end it, then start it again.</source>
        <translation>LoRA Studio 已在运行但没有响应；请先结束它，再重新启动。</translation>
    </message>
    <message>
        <source>The project {path} is open in another LoRA Studio (on {host}, process {process}); close it there, or delete {lock} if none is running.</source>
        <translation>项目 {path} 已在另一个 LoRA Studio 中打开（主机 {host}，进程 {process}）；请在那里关闭它，若没有其他 LoRA Studio 在运行，请删除 {lock}。</translation>
    </message>
    <message>
        <source>The settings file {path} cannot be read ({reason}); check the path.</source>
        <translation>无法读取设置文件 {path}（{reason}）；请检查路径。</translation>
    </message>
    <message>
        <source>The settings file {path} is not valid TOML ({reason}); correct that line.</source>
        <translation>设置文件 {path} 不是有效的 TOML（{reason}）；请改正该行。</translation>
    </message>
    <message>
        <source>--set {word} is not understood; write section.key=value.</source>
        <translation>无法理解 --set {word}；请写成 section.key=value。</translation>
    </message>
    <message>
        <source>There is no setting {key}; did you mean {close}?</source>
        <translation>没有设置项 {key}；是否想写 {close}？</translation>
    </message>
    <message>
        <source>The setting {key} = {value} is refused: {rule}.</source>
        <translation>设置 {key} = {value} 无效：{rule}。</translation>
    </message>
    <message>
        <source>There is no preset {name} any more; choose another.</source>
        <translation>预设 {name} 已不存在；请选择其他预设。</translation>
    </message>
    <message>
        <source>The base model {model} is not there; give &quot;starter&quot;, or the path of a checkpoint file or diffusers folder.</source>
        <translation>找不到底模 {model}；请给出“starter”，或模型文件、diffusers 文件夹的路径。</translation>
    </message>
    <message>
        <source>{path} is not a Stable Diffusion model ({reason}); give a checkpoint file or a complete diffusers folder.</source>
        <translation>{path} 不是 Stable Diffusion 模型（{reason}）；请给出模型文件或完整的 diffusers 文件夹。</translation>
    </message>
    <message>
        <source>{model} is {kind}, which cannot be trained here; give a Stable Diffusion 1.x, 2.x or SDXL model.</source>
        <translation>{model} 是 {kind}，无法在此训练；请给出 Stable Diffusion 1.x、2.x 或 SDXL 模型。</translation>
    </message>
    <message>
        <source>{model} is a LoRA, not a base model; give the model that it is used with.</source>
        <translation>{model} 是 LoRA，不是底模；请给出与它配合使用的模型。</translation>
    </message>
    <message>
        <source>{model} is a VAE, not a base model; give it as base.vae, and a whole model as base.model.</source>
        <translation>{model} 是 VAE，不是底模；请把它设为 base.vae，并把完整的模型设为 base.model。</translation>
    </message>
    <message>
        <source>{model} is only {kind}, not a whole base model; give a checkpoint file or a diffusers folder.</source>
        <translation>{model} 只是 {kind}，不是完整的底模；请给出模型文件或 diffusers 文件夹。</translation>
    </message>
    <message>
        <source>{path} lacks {count} of the weights that this kind of model has, or has them in another shape ({key} first); get the model again.</source>
        <translation>{path} 缺少这类模型应有的 {count} 个权重，或形状不符（首个：{key}）；请重新获取该模型。</translation>
    </message>
    <message>
        <source>{path} was moved, deleted or changed while it was in use; put it back as it was, then resume the run.</source>
        <translation>{path} 在使用中被移动、删除或更改；请恢复原状，然后继续该训练。</translation>
    </message>
    <message>
        <source>The weights in {path} are quantised ({key} is {dtype}), which cannot be trained on; get the model in fp16, bf16 or fp32.</source>
        <translation>{path} 中的权重经过量化（{key} 为 {dtype}），无法用于训练；请获取 fp16、bf16 或 fp32 的模型。</translation>
    </message>
    <message>
        <source>The base model {model} is neither a file nor a folder, and is not downloaded; lora-studio download {model} gets it from the hub.</source>
        <translation>底模 {model} 既不是文件也不是文件夹，也尚未下载；可用 lora-studio download {model} 从 Hugging Face 下载。</translation>
    </message>
    <message>
        <source>{model} does not say what it predicts, so {prediction_type} is assumed; set base.prediction_type if its pictures are only noise.</source>
        <translation>{model} 没有说明它预测什么，因此推测为 {prediction_type}；如果图片只有噪声，请设置 base.prediction_type。</translation>
    </message>
    <message>
        <source>Weights in {kind} cannot be computed with on {device}; set base.quantize to int8 or none.</source>
        <translation>{device} 上无法用 {kind} 格式的权重计算；请将 base.quantize 设为 int8 或 none。</translation>
    </message>
    <message>
        <source>The frozen weights of the UNet are kept in {kind}: {bytes_per_parameter} bytes for each, {gigabytes} GB with the text encoders.</source>
        <translation>UNet 的冻结权重以 {kind} 保存：每个 {bytes_per_parameter} 字节，连同文本编码器共 {gigabytes} GB。</translation>
    </message>
    <message>
        <source>{model} predicts noise, which cannot be told from pure noise; set base.zero_terminal_snr to auto or off, or base.prediction_type to v_prediction.</source>
        <translation>{model} 预测噪声，而从纯噪声中无法预测噪声；请把 base.zero_terminal_snr 设为 auto 或 off，或把 base.prediction_type 设为 v_prediction。</translation>
    </message>
    <message>
        <source>{model} is not the name of a model on the hub; write it like owner/name.</source>
        <translation>{model} 不是 Hugging Face 上的模型名称；请写成 owner/name 的形式。</translation>
    </message>
    <message>
        <source>{address} cannot be reached ({reason}); check the connection or give another mirror, and download again: what came is kept.</source>
        <translation>无法访问 {address}（{reason}）；请检查网络或换一个镜像，然后重新下载：已下载的部分会保留。</translation>
    </message>
    <message>
        <source>There is no {model} on {address} that you may see; check its name, or log in with hf auth login.</source>
        <translation>{address} 上没有您可以访问的 {model}；请检查名称，或用 hf auth login 登录。</translation>
    </message>
    <message>
        <source>{model} is given only to who accepts its conditions; do so on {address}/{model}, and log in with hf auth login.</source>
        <translation>{model} 只提供给接受其条款的用户；请在 {address}/{model} 上接受，并用 hf auth login 登录。</translation>
    </message>
    <message>
        <source>{model} has no diffusers folder; download its .safetensors file with your browser and give that.</source>
        <translation>{model} 没有 diffusers 文件夹；请用浏览器下载它的 .safetensors 文件并使用该文件。</translation>
    </message>
    <message>
        <source>There is not enough space on the disk of {path} for {model}; free some, and download again: what came is kept.</source>
        <translation>{path} 所在磁盘没有足够空间存放 {model}；请清理后重新下载：已下载的部分会保留。</translation>
    </message>
    <message>
        <source>Another program is downloading {model}; wait until it is done.</source>
        <translation>另一个程序正在下载 {model}；请等待它完成。</translation>
    </message>
    <message>
        <source>The file {file} of {model} came damaged and was thrown away; download again.</source>
        <translation>{model} 的文件 {file} 已损坏并被丢弃；请重新下载。</translation>
    </message>
    <message>
        <source>{address} does not give {model} ({reason}); try again later, or another mirror.</source>
        <translation>{address} 无法提供 {model}（{reason}）；请稍后重试，或换一个镜像。</translation>
    </message>
    <message>
        <source>data.resolution {resolution} and data.bucket_step {bucket_step} must be multiples of {step}, which {base} needs; change them.</source>
        <translation>{base} 要求 data.resolution {resolution} 和 data.bucket_step {bucket_step} 为 {step} 的倍数；请更改。</translation>
    </message>
    <message>
        <source>LoRA Studio failed ({reason}); this is our fault: please report it.</source>
        <translation>LoRA Studio 运行失败（{reason}）；这是我们的问题，请向我们报告。</translation>
    </message>
    <message>
        <source>The engine ended unexpectedly ({reason}; see {log}), but what was saved is kept: start again, or resume the run.</source>
        <translation>引擎意外终止（{reason}；见 {log}），但已保存的内容仍在；请重新开始，或继续训练。</translation>
    </message>
    <message>
        <source>The folder {path} is not a run; give a folder that has a run.toml.</source>
        <translation>文件夹 {path} 不是训练任务；请提供含有 run.toml 的文件夹。</translation>
    </message>
    <message>
        <source>The run {path} has no complete checkpoint of that step (it has: {steps}); choose one of them or resume the run.</source>
        <translation>训练任务 {path} 没有该步的完整检查点（现有：{steps}）；请从中选择，或继续训练。</translation>
    </message>
    <message>
        <source>The unfinished run {path} was made with other settings ({keys}); set them back, or start without --resume.</source>
        <translation>未完成的训练任务 {path} 使用的是其他设置（{keys}）；请改回原设置，或不加 --resume 重新开始。</translation>
    </message>
    <message>
        <source>There is no unfinished run named {name} to resume; a new one begins.</source>
        <translation>没有名为 {name} 的未完成训练任务可继续；将开始新的训练任务。</translation>
    </message>
    <message>
        <source>Images or captions changed since step {step}, so the run goes on differently than it began; start a new run if that is not meant.</source>
        <translation>第 {step} 步之后图像或描述有变，训练任务将以不同的数据继续；若非本意，请开始新的训练任务。</translation>
    </message>
    <message>
        <source>No layer is laid out for this processor: that would save too little for its memory.</source>
        <translation>没有为此处理器重排任何层：与多占的内存相比，节省的时间太少。</translation>
    </message>
    <message>
        <source>Frozen layers stay as they are: they cannot be laid out for this processor ({reason}).</source>
        <translation>冻结层保持原样：无法按本处理器重新排布（{reason}）。</translation>
    </message>
    <message>
        <source>Frozen layers stay as they are: none is of a kind that can be laid out for a processor.</source>
        <translation>冻结层保持原样：没有可按处理器重新排布的层。</translation>
    </message>
    <message>
        <source>Frozen layers stay as they are: they are laid out for processors only, not for graphics cards.</source>
        <translation>冻结层保持原样：只为处理器重新排布，不用于显卡。</translation>
    </message>
    <message>
        <source>Frozen layers stay as they are, as memory.pack_weights asks.</source>
        <translation>按 memory.pack_weights 的设置，冻结层保持原样。</translation>
    </message>
    <message>
        <source>Attention is written out where queries times keys are at most {limit}, because that is faster on this processor.</source>
        <translation>查询数乘以键数不超过 {limit} 时，注意力按展开方式计算，因为在本处理器上更快。</translation>
    </message>
    <message>
        <source>A step has only {images} images, too few to share among {count} processes; start fewer processes, or raise data.batch_size or schedule.gradient_accumulation.</source>
        <translation>一步只有 {images} 张图片，不够 {count} 个进程分；请减少进程，或调高 data.batch_size 或 schedule.gradient_accumulation。</translation>
    </message>
    <message>
        <source>{count} processes were started, but they cannot compute together on {device}; start one.</source>
        <translation>启动了 {count} 个进程，但它们无法在 {device} 上一同计算；请只启动一个。</translation>
    </message>
    <message>
        <source>Several processes have to add up their gradients before weights are updated; set optimizer.fused_backward_pass to false, or start one process.</source>
        <translation>多个进程须先合计梯度再更新权重；请将 optimizer.fused_backward_pass 设为 false，或只启动一个进程。</translation>
    </message>
    <message>
        <source>Only one process came up although accelerate launch was asked for more, as happens on a CPU; torchrun --nproc_per_node 2 -m studio train RUN.toml starts two.</source>
        <translation>虽然要求 accelerate launch 启动多个进程，但只启动了一个（在 CPU 上会如此）；用 torchrun --nproc_per_node 2 -m studio train RUN.toml 可启动两个。</translation>
    </message>
    <message>
        <source>Another process of this run ended before the work was done ({reason}); see what it said, then go on with --resume.</source>
        <translation>本训练的另一个进程提前结束（{reason}）；请查看它的提示，然后用 --resume 继续。</translation>
    </message>
    <message>
        <source>The target {target} matches no layer of the base model ({layers}); choose another network.target.</source>
        <translation>目标 {target} 与底模的任何层都不匹配（{layers}）；请更换 network.target。</translation>
    </message>
    <message>
        <source>Only SDXL has a second text encoder; leave network.text_encoder_2 unset for this base model.</source>
        <translation>只有 SDXL 有第二文本编码器；对于此底模，请不要设置 network.text_encoder_2。</translation>
    </message>
    <message>
        <source>The optimizer {type} does not run on {device}; set optimizer.type to adamw.</source>
        <translation>优化器 {type} 不能在 {device} 上运行；请将 optimizer.type 设为 adamw。</translation>
    </message>
    <message>
        <source>Only CUDA can page an optimizer&apos;s state, not {device}; set optimizer.type to adamw8bit.</source>
        <translation>只有 CUDA 能将优化器状态分页，{device} 不能；请将 optimizer.type 设为 adamw8bit。</translation>
    </message>
    <message>
        <source>The fused backward pass cannot scale the loss, which fp16 needs; set memory.mixed_precision to bf16 or no, or turn optimizer.fused_backward_pass off.</source>
        <translation>融合反向传播无法缩放损失，而 fp16 需要它；请将 memory.mixed_precision 设为 bf16 或 no，或关闭 optimizer.fused_backward_pass。</translation>
    </message>
    <message>
        <source>{count} frozen layers are laid out for this processor, which takes {megabytes} MB more: in all layers tried a step takes {after} s instead of {before} s.</source>
        <translation>{count} 个冻结层已按本处理器重新排布，多占 {megabytes} MB 内存：在试过的各层中，每步用时由 {before} 秒变为 {after} 秒。</translation>
    </message>
    <message>
        <source>{count} frozen convolutions over small maps run as matrix products: in all layers tried a step takes {after} s instead of {before} s.</source>
        <translation>小特征图上的 {count} 个冻结卷积改用矩阵乘法运行：在所有试过的层中，每步耗时从 {before} 秒变为 {after} 秒。</translation>
    </message>
    <message>
        <source>Frozen layers stay as they are: with what looked faster, a pass through the UNet takes {after} s instead of {before} s.</source>
        <translation>冻结的层保持原样：采用看似更快的方式后，一次 UNet 计算需要 {after} 秒，而不是 {before} 秒。</translation>
    </message>
    <message>
        <source>What is faster here could not be kept in {path} ({reason}), so the next run tries it out again.</source>
        <translation>无法将此处更快的方式保存到 {path}（{reason}），下次训练将重新尝试。</translation>
    </message>
    <message>
        <source>The optimizer {type} keeps {megabytes} MB, {each} bytes for each weight that learns; {share} % of its moments are in 8 bits or fewer.</source>
        <translation>优化器 {type} 占用 {megabytes} MB，每个可学习权重 {each} 字节；其动量中 {share} % 以 8 位或更少保存。</translation>
    </message>
    <message>
        <source>{share} % of the optimizer&apos;s state can be paged out to main memory; weights with fewer than 100,000 entries keep theirs on the graphics card.</source>
        <translation>优化器状态的 {share} % 可移出到内存；少于 100,000 个元素的权重其状态留在显卡上。</translation>
    </message>
    <message>
        <source>{device} cannot train in {precision}; set memory.mixed_precision to auto or no.</source>
        <translation>{device} 不支持 {precision} 训练；请将 memory.mixed_precision 设为 auto 或 no。</translation>
    </message>
    <message>
        <source>The run needs about {need} of the {memory} that are there, which is tight; stop it and set {setting} to {value}, or close other programs.</source>
        <translation>本次训练约需 {need}，而总共只有 {memory}，比较紧张；请停止训练并把 {setting} 设为 {value}，或关闭其他程序。</translation>
    </message>
    <message>
        <source>The run needs about {need} of the {memory} that are there, which is tight; close other programs, since no setting would save more.</source>
        <translation>本次训练约需 {need}，而总共只有 {memory}，比较紧张；没有设置能节省更多，请关闭其他程序。</translation>
    </message>
    <message>
        <source>The speeds of earlier runs are lost, because {path} cannot be read ({reason}); they are gathered anew.</source>
        <translation>无法得知这台机器之前的速度：{path} 无法读取（{reason}），将重新记录。</translation>
    </message>
    <message>
        <source>How fast this machine is could not be kept in {path} ({reason}), so the next plan knows the time less well.</source>
        <translation>无法把这台机器的速度保存到 {path}（{reason}），因此下次计划的时间会不太准确。</translation>
    </message>
    <message>
        <source>The size {text} is not understood; write it like 8GB.</source>
        <translation>无法理解大小 {text}；请写成 8GB 这样的形式。</translation>
    </message>
    <message>
        <source>Training runs in main memory here ({device}), so memory.offload and memory.offload_activations change nothing.</source>
        <translation>这里的训练在内存中进行（{device}），memory.offload 和 memory.offload_activations 不起作用。</translation>
    </message>
    <message>
        <source>The loss of step {step} is not a number (images: {images}), so training stopped with the state before it saved; lower the learning rate or remove those images.</source>
        <translation>第 {step} 步的 loss 不是有效数字（图像：{images}），训练已停止，并保存了此前的状态；请降低学习率或移除这些图像。</translation>
    </message>
    <message>
        <source>The gradients of step {step} are not numbers (images: {images}), and the fused backward pass has used them already, so this step is not saved; resume from the last checkpoint with a lower learning rate, or turn optimizer.fused_backward_pass off.</source>
        <translation>第 {step} 步的梯度不是数值（图片：{images}），而融合反向传播已经用了它们，因此这一步没有保存；请以更低的学习率从上一个检查点继续，或关闭 optimizer.fused_backward_pass。</translation>
    </message>
    <message>
        <source>There is not enough memory for {batch_size} images of {resolution} px a step ({reason}); turn on memory.gradient_checkpointing, or lower data.batch_size or data.resolution.</source>
        <translation>显存或内存不足，无法每步训练 {batch_size} 张 {resolution} px 的图像（{reason}）；请开启 memory.gradient_checkpointing，或降低 data.batch_size 或 data.resolution。</translation>
    </message>
    <message>
        <source>Memory ran out, so {setting} is {after} now instead of {before}: the result stays the same, and training goes on after step {step}.</source>
        <translation>内存不足，{setting} 已由 {before} 改为 {after}：结果不变，训练从第 {step} 步之后继续。</translation>
    </message>
    <message>
        <source>Memory ran out in one of {processes} processes, which cannot agree on other settings by themselves; change them, or train with one process.</source>
        <translation>{processes} 个进程之一内存不足，它们无法自行商定其他设置；请更改设置，或用一个进程训练。</translation>
    </message>
    <message>
        <source>There is not enough memory ({reason}); close other programs, or draw smaller pictures.</source>
        <translation>显存或内存不足（{reason}）；请关闭其他程序，或生成更小的图像。</translation>
    </message>
    <message>
        <source>Stopped and saved; lora-studio train {path} --resume goes on from here.</source>
        <translation>已停止并保存；运行 lora-studio train {path} --resume 可由此继续。</translation>
    </message>
    <message>
        <source>The checkpoint {path} cannot be read ({reason}); delete it to resume from the one before.</source>
        <translation>无法读取检查点 {path}（{reason}）；删除它即可从上一个检查点继续。</translation>
    </message>
    <message>
        <source>The checkpoint {path} is of another version ({version}) of LoRA Studio; resume it with that one.</source>
        <translation>检查点 {path} 来自 LoRA Studio 的另一版本（{version}）；请用该版本继续训练。</translation>
    </message>
    <message>
        <source>The saved adapter does not fit the settings ({key} and {count} in all differ); use the settings it was trained with.</source>
        <translation>保存的 LoRA 与设置不符（{key} 等共 {count} 项不同）；请使用训练它时的设置。</translation>
    </message>
    <message>
        <source>The sample pictures are not in {path}; run the demo from the repository.</source>
        <translation>{path} 中没有示例图像；请在代码仓库中运行演示。</translation>
    </message>
    <message>
        <source>The size {width}x{height} cannot be drawn; use multiples of {step}.</source>
        <translation>无法生成 {width}x{height} 的图像；请使用 {step} 的倍数。</translation>
    </message>
    <message>
        <source>The size {size} is not understood; write it like 512x768.</source>
        <translation>无法理解尺寸 {size}；请写成 512x768 的形式。</translation>
    </message>
    <message>
        <source>The strengths {text} are not understood; write them like 0,0.5,1.</source>
        <translation>无法理解强度 {text}；请写成 0,0.5,1 的形式。</translation>
    </message>
    <message>
        <source>There is no sampler {sampler}; choose one of {known}.</source>
        <translation>没有采样器 {sampler}；可选：{known}。</translation>
    </message>
    <message>
        <source>The LoRA file {path} is not there; check the path.</source>
        <translation>找不到 LoRA 文件 {path}；请检查路径。</translation>
    </message>
    <message>
        <source>Nothing in {path} fits the base model {base}; it was made for another kind.</source>
        <translation>{path} 的内容与底模 {base} 完全不匹配；它适用于另一类底模。</translation>
    </message>
    <message>
        <source>The adapter {path} has rank {found} in {layer}, the settings say {wanted}; set network.rank to {found}.</source>
        <translation>LoRA {path} 的 {layer} 网络维度为 {found}，而设置为 {wanted}；请将 network.rank 设为 {found}。</translation>
    </message>
    <message>
        <source>{count} of {total} layers go on from {path}; the others start anew.</source>
        <translation>{total} 层中有 {count} 层从 {path} 继续训练，其余从头开始。</translation>
    </message>
    <message>
        <source>{count} of the keys in {path} were not used ({key}: {reason}).</source>
        <translation>{path} 中有 {count} 个键未被使用（{key}：{reason}）。</translation>
    </message>
    <message>
        <source>The image {path} cannot be read ({reason}); replace or remove it.</source>
        <translation>无法读取图像 {path}（{reason}）；请替换或移除它。</translation>
    </message>
    <message>
        <source>The picture {path} is of a kind that is not read; save it as PNG.</source>
        <translation>不支持图像 {path} 的格式；请另存为 PNG。</translation>
    </message>
    <message>
        <source>The colour profile of {path} is unusable; its colours are read as sRGB.</source>
        <translation>{path} 的颜色配置文件无法使用；颜色按 sRGB 读取。</translation>
    </message>
    <message>
        <source>The image {path} changed during the run; start again or resume to use it.</source>
        <translation>图像 {path} 在训练期间有改动；请重新开始或继续训练以使用新图像。</translation>
    </message>
    <message>
        <source>The image {path} ({width}x{height}) is enlarged to {bucket_width}x{bucket_height} and gets blurred; use a larger one or lower data.resolution.</source>
        <translation>图像 {path} ({width}x{height}) 会被放大到 {bucket_width}x{bucket_height} 而变模糊；请使用更大的图像，或降低 data.resolution。</translation>
    </message>
    <message>
        <source>The image {path} loses {lost_percent} % of its area to the crop box; cut it to a squarer shape around what matters.</source>
        <translation>图像 {path} 会被裁剪框裁掉 {lost_percent}% 的面积；请围绕主体将它裁得更接近正方形。</translation>
    </message>
    <message>
        <source>The image {path} has the same content as {same_as}; remove one, or set repeats if it should count more.</source>
        <translation>图像 {path} 与 {same_as} 内容相同；请移除其一，若想增加权重请设置 repeats。</translation>
    </message>
    <message>
        <source>The image {path} has no caption; write one into a .txt file of its name.</source>
        <translation>图像 {path} 没有描述；请将描述写入同名 .txt 文件。</translation>
    </message>
    <message>
        <source>The caption file {path} is empty; write a caption into it.</source>
        <translation>描述文件 {path} 是空的；请写入描述。</translation>
    </message>
    <message>
        <source>The caption file {path} cannot be read ({reason}); save it as UTF-8.</source>
        <translation>无法读取描述文件 {path}（{reason}）；请另存为 UTF-8。</translation>
    </message>
    <message>
        <source>The caption file {path} is not UTF-8 and was read as gb18030 (Chinese); save it as UTF-8 if its text looks wrong.</source>
        <translation>描述文件 {path} 不是 UTF-8，已按 gb18030（中文）读取；若文字显示不正确，请将它另存为 UTF-8。</translation>
    </message>
    <message>
        <source>The caption file {path} is ignored because {used} is there; remove one.</source>
        <translation>已有 {used}，描述文件 {path} 被忽略；请移除其一。</translation>
    </message>
    <message>
        <source>Another program changed the caption file {path}, so your edit was not written over it; keep one of the two.</source>
        <translation>描述文件 {path} 已被其他程序更改，因此没有用你的编辑覆盖它；请选择保留其中一个版本。</translation>
    </message>
    <message>
        <source>The caption file {path} belongs to no image; rename or remove it.</source>
        <translation>描述文件 {path} 没有对应的图像；请重命名或移除它。</translation>
    </message>
    <message>
        <source>The trigger word {trigger} is put in front of {captions} captions that lack it; write it into them if it belongs elsewhere.</source>
        <translation>{captions} 条描述缺少触发词 {trigger}，训练时会加在最前面；若应放在别处，请写入描述中。</translation>
    </message>
    <message>
        <source>A caption of {path} has {tokens} tokens and is cut after {limit}; shorten it.</source>
        <translation>{path} 的一条描述有 {tokens} 个 token，超过 {limit} 个的部分会被截断；请缩短。</translation>
    </message>
    <message>
        <source>The dataset folder {path} is not there; check its path.</source>
        <translation>找不到数据集文件夹 {path}；请检查路径。</translation>
    </message>
    <message>
        <source>The folder {path} cannot be read ({reason}); its images are left out until you may open it.</source>
        <translation>无法读取文件夹 {path}（{reason}）；获得访问权限之前，其中的图像不会被使用。</translation>
    </message>
    <message>
        <source>The dataset folder {path} has no images; put JPEG, PNG or WebP files there.</source>
        <translation>数据集文件夹 {path} 中没有图像；请放入 JPEG、PNG 或 WebP 文件。</translation>
    </message>
    <message>
        <source>None of the images in {path} can be read; replace them.</source>
        <translation>{path} 中的图像均无法读取；请替换。</translation>
    </message>
    <message>
        <source>No image in {path} has a caption; write .txt files beside the images or set a trigger word.</source>
        <translation>{path} 中的图像都没有描述；请在图像旁编写 .txt 文件，或设置触发词。</translation>
    </message>
    <message>
        <source>The name of {path} makes each of its images count {repeats} times; rename the folder or set repeats if that is not meant.</source>
        <translation>按文件夹 {path} 的名称，其中每张图像会重复 {repeats} 次；若非本意，请重命名文件夹或设置 repeats。</translation>
    </message>
    <message>
        <source>There is a crop box for {path}, but no such image; put the image back, or take the line out of [dataset.crops].</source>
        <translation>{path} 设有裁剪框，但图像不存在；请放回图像，或从 [dataset.crops] 中删除该行。</translation>
    </message>
    <message>
        <source>There is a project in {path} already; open it or choose another folder.</source>
        <translation>{path} 中已有项目；请打开它，或选择其他文件夹。</translation>
    </message>
    <message>
        <source>The project {path} is not there; check where its folder is now.</source>
        <translation>找不到项目 {path}；请确认其文件夹现在的位置。</translation>
    </message>
    <message>
        <source>The folder {path} is not a project; give a folder that has a project.toml.</source>
        <translation>文件夹 {path} 不是项目；请提供含有 project.toml 的文件夹。</translation>
    </message>
    <message>
        <source>The project file {path} cannot be read ({reason}); correct it or put a copy of it back.</source>
        <translation>无法读取项目文件 {path}（{reason}）；请改正它，或用备份恢复。</translation>
    </message>
    <message>
        <source>The project {path} was made by a newer LoRA Studio (its format is {format}); update LoRA Studio to open it.</source>
        <translation>项目 {path} 由更新版本的 LoRA Studio 创建（格式为 {format}）；请更新 LoRA Studio 后再打开。</translation>
    </message>
    <message>
        <source>The key {key} in {path} is unknown to this version and is kept as it is; correct it if it is misspelled.</source>
        <translation>此版本不认识 {path} 中的键 {key}，已原样保留；若是拼写错误，请改正。</translation>
    </message>
    <message>
        <source>Another program changed {path}, so it was not saved; open the project again to use that, or save over it to keep what is shown.</source>
        <translation>{path} 已被其他程序更改，因此没有保存；重新打开项目可使用该更改，覆盖保存可保留当前内容。</translation>
    </message>
    <message>
        <source>The name {name} is not Unicode text, so a project cannot keep it; rename that file or folder.</source>
        <translation>名称 {name} 不是 Unicode 文本，项目无法保存；请重命名该文件或文件夹。</translation>
    </message>
    <message>
        <source>The project {path} would lie in its own image folder {images}, and its previews would be trained on; choose another folder for one of them.</source>
        <translation>项目 {path} 会位于自己的图像文件夹 {images} 中，其预览图会被当作训练图像；请为其中之一选择其他文件夹。</translation>
    </message>
    <message>
        <source>The regular expression {pattern} is not understood at character {position} ({reason}); correct it, or search for plain text.</source>
        <translation>无法理解正则表达式 {pattern} 的第 {position} 个字符（{reason}）；请改正，或改为搜索普通文本。</translation>
    </message>
    <message>
        <source>The tag list {path} cannot be read ({reason}); give a CSV file with a tag in each line.</source>
        <translation>无法读取标签词库 {path}（{reason}）；请提供每行一个标签的 CSV 文件。</translation>
    </message>
    <message>
        <source>The filter {text} is not understood at character {position} ({reason}); correct it, or put what it looks for in quotes.</source>
        <translation>无法理解筛选条件 {text} 的第 {position} 个字符（{reason}）；请改正，或为要查找的内容加上引号。</translation>
    </message>
    <message>
        <source>The VAE makes no finite latent of {path} in {dtype}; set base.dtype to fp32 or base.vae to another VAE.</source>
        <translation>VAE 在 {dtype} 精度下无法为 {path} 生成有效的 latent；请将 base.dtype 设为 fp32，或用 base.vae 更换 VAE。</translation>
    </message>
    <message>
        <source>The cache file {path} is damaged ({reason}) and was computed again.</source>
        <translation>缓存文件 {path} 已损坏（{reason}），已重新计算。</translation>
    </message>
    <message>
        <source>The list of known images {path} is damaged ({reason}); all images were read once more, and it is made anew.</source>
        <translation>已知图片列表 {path} 已损坏（{reason}）；已重新读取所有图片并重建该列表。</translation>
    </message>
    <message>
        <source>The list of known images {path} cannot be written ({reason}), so the next start reads all images again; make room there, or let LoRA Studio write to the folder.</source>
        <translation>无法写入已知图片列表 {path}（{reason}），下次启动将重新读取所有图片；请腾出空间，或允许 LoRA Studio 写入该文件夹。</translation>
    </message>
    <message>
        <source>The file {path} cannot go to the trash ({reason}); remove it in your file manager.</source>
        <translation>无法将文件 {path} 移到回收站（{reason}）；请在文件管理器中删除它。</translation>
    </message>
    <message>
        <source>The file {path} is not in the trash any more; get it back from a copy.</source>
        <translation>文件 {path} 已不在回收站中；请从备份恢复。</translation>
    </message>
    <message>
        <source>The file {path} was not brought back, because another one has its name now; rename that one and undo again.</source>
        <translation>文件 {path} 未能恢复，因为已有同名文件；请重命名同名文件，再次撤销。</translation>
    </message>
    <message>
        <source>Other changes followed; undo them first.</source>
        <translation>此后还有其他更改；请先撤销那些更改。</translation>
    </message>
    <message>
        <source>The file {path} cannot be written ({reason}); choose another folder.</source>
        <translation>无法写入文件 {path}（{reason}）；请选择其他文件夹。</translation>
    </message>
    <message>
        <source>There is no space left on the disk of {path}; free some and resume the run.</source>
        <translation>{path} 所在磁盘空间不足；请释放空间后继续训练。</translation>
    </message>
    <message>
        <source>The file {path} cannot be read ({reason}); check the path.</source>
        <translation>无法读取文件 {path}（{reason}）；请检查路径。</translation>
    </message>
    <message>
        <source>{path} is not a whole safetensors file ({reason}); get or save it again.</source>
        <translation>{path} 不是完整的 safetensors 文件（{reason}）；请重新获取或保存。</translation>
    </message>
    <message>
        <source>{path} is not a whole PyTorch checkpoint ({reason}); get the model as a .safetensors file.</source>
        <translation>{path} 不是完整的 PyTorch 模型文件（{reason}）；请获取 .safetensors 格式的模型。</translation>
    </message>
    <message>
        <source>{path} was not opened, because it asks to run {name}, which weights never need; delete it and get the model as a .safetensors file.</source>
        <translation>没有打开 {path}，因为它要求运行 {name}，而权重从不需要这样做；请删除它，并获取 .safetensors 格式的模型。</translation>
    </message>
    <message>
        <source>{path} is not a model file ({reason}); give a .safetensors or .ckpt file.</source>
        <translation>{path} 不是模型文件（{reason}）；请给出 .safetensors 或 .ckpt 文件。</translation>
    </message>
    <message>
        <source>{path} holds no LoRA; give a LoRA file, not a base model or an embedding.</source>
        <translation>{path} 中没有 LoRA；请提供 LoRA 文件，而不是底模或 embedding。</translation>
    </message>
    <message>
        <source>Nothing in {path} can be used ({key}: {reason}); give a LoRA or LoCon file.</source>
        <translation>{path} 中没有可用的内容（{key}：{reason}）；请给出 LoRA 或 LoCon 文件。</translation>
    </message>
    <message>
        <source>{path} is for {kind} and {other} for {other_kind}, which cannot be added up; merge adapters of one kind.</source>
        <translation>{path} 用于 {kind}，而 {other} 用于 {other_kind}，无法相加；请合并同一类的 LoRA。</translation>
    </message>
    <message>
        <source>{path} does not tell which kind of base model it is for; add --base with sd1, sd2, sdxl or the base model.</source>
        <translation>{path} 没有说明用于哪类底模；请加上 --base，值为 sd1、sd2、sdxl 或底模。</translation>
    </message>
    <message>
        <source>{path} is what the result is made from and is not written over; choose another file with --out.</source>
        <translation>{path} 是生成结果的来源，不会被覆盖；请用 --out 选择另一个文件。</translation>
    </message>
    <message>
        <source>{path} changes nothing in its base model, so there is nothing to write; check that it is the right file.</source>
        <translation>{path} 不改变底模，因此没有可写的内容；请确认文件是否正确。</translation>
    </message>
    <message>
        <source>Say how large the result may be: either --rank or --energy.</source>
        <translation>请说明结果的大小：--rank 或 --energy 二选一。</translation>
    </message>
    <message>
        <source>--energy {energy} is not a share; give a number above 0 and up to 1, such as 0.9.</source>
        <translation>--energy {energy} 不是比例；请给出大于 0 且不超过 1 的数，例如 0.9。</translation>
    </message>
    <message>
        <source>--rank {rank} is too small; give 2 or more.</source>
        <translation>--rank {rank} 太小；请给出 2 或更大的值。</translation>
    </message>
    <message>
        <source>{path} is {kind} and {other} is {other_kind}; give a fine-tuned model and the base model that it was made from.</source>
        <translation>{path} 是 {kind}，而 {other} 是 {other_kind}；请给出微调后的模型和它所基于的底模。</translation>
    </message>
    <message>
        <source>{path} does not differ from {other} in the layers of the target {target}, so there is nothing to extract; check both, or choose a larger --target.</source>
        <translation>在目标 {target} 的层中，{path} 与 {other} 没有差别，因此没有可提取的内容；请检查两者，或选择更大的 --target。</translation>
    </message>
    <message>
        <source>{path} holds NaN or infinity in {layer}; get that model again.</source>
        <translation>{path} 的 {layer} 中含有 NaN 或无穷大；请重新获取该模型。</translation>
    </message>
    <message>
        <source>The tensor {key} has values too large for {dtype}; write bf16 or fp32 with --dtype.</source>
        <translation>张量 {key} 的数值超出 {dtype} 的范围；请用 --dtype 写成 bf16 或 fp32。</translation>
    </message>
    <message>
        <source>{path} would be a .ckpt, which can carry programs; choose a name that ends in .safetensors.</source>
        <translation>{path} 是 .ckpt，可能携带程序；请选择以 .safetensors 结尾的名称。</translation>
    </message>
    <message>
        <source>{base} is a single file, which cannot become the folder {path}; choose a name that ends in .safetensors.</source>
        <translation>{base} 是单个文件，无法变成文件夹 {path}；请选择以 .safetensors 结尾的名称。</translation>
    </message>
    <message>
        <source>{path} is there already; choose another name, or an empty folder.</source>
        <translation>{path} 已存在；请选择另一个名称，或一个空文件夹。</translation>
    </message>
    <message>
        <source>The starter is no model that programs know as a single file like {path}; choose a folder.</source>
        <translation>没有程序能以 {path} 这样的单个文件识别入门模型；请选择文件夹。</translation>
    </message>
    <message>
        <source>There is no adapter {adapter} to export; train one first.</source>
        <translation>没有可导出的 LoRA {adapter}；请先训练。</translation>
    </message>
    <message>
        <source>The layer {module} holds NaN or infinity, so nothing was exported; go back to an earlier checkpoint and train with a lower learning rate.</source>
        <translation>层 {module} 含有 NaN 或无穷大，因此没有导出；请回到更早的检查点，用更低的学习率训练。</translation>
    </message>
    <message>
        <source>The layer {module} has values too large for {dtype}; export as bf16 or fp32.</source>
        <translation>层 {module} 的数值超出 {dtype} 的范围；请导出为 bf16 或 fp32。</translation>
    </message>
    <message>
        <source>The layer {module} is a {kind} adapter, which this format cannot hold.</source>
        <translation>层 {module} 是 {kind} 类型，此格式无法保存。</translation>
    </message>
    <message>
        <source>The export is done, but no copy could be written to {folder} ({reason}); choose that place again.</source>
        <translation>已完成导出，但无法将副本写入 {folder}（{reason}）；请重新选择该位置。</translation>
    </message>
    <message>
        <source>The exported file failed its check of {check} ({detail}) and was not kept; please report this.</source>
        <translation>导出的文件未通过 {check} 检查（{detail}），已丢弃；请向我们报告。</translation>
    </message>
    <message>
        <source>Memory ran out, so frozen layers are no longer laid out for this processor: steps take longer, the result differs by rounding at most, and training goes on after step {step}.</source>
        <translation>内存不足，冻结层不再按本处理器排布：每步用时变长，结果最多有舍入差异，训练从第 {step} 步之后继续。</translation>
    </message>
    <message>
        <source>Memory ran out, so activations are computed twice instead of kept (memory.gradient_checkpointing): steps take about a third longer, the result stays the same, and training goes on after step {step}.</source>
        <translation>内存不足，激活值改为重新计算而不保留（memory.gradient_checkpointing）：每步约慢三分之一，结果不变，训练从第 {step} 步之后继续。</translation>
    </message>
    <message>
        <source>Memory ran out, so {after} images of a batch are computed at a time instead of {before} (memory.images_at_once): steps take a little longer, learn from the same images, and training goes on after step {step}.</source>
        <translation>内存不足，一批中每次计算的图片由 {before} 张改为 {after} 张（memory.images_at_once）：每步稍慢，学习的图片相同，训练从第 {step} 步之后继续。</translation>
    </message>
    <message>
        <source>Memory ran out, so the base model is stored as {after} (base.quantize): the adapter learns on a slightly coarser base model, and training goes on after step {step}.</source>
        <translation>内存不足，底模改以 {after} 保存（base.quantize）：适配器在略粗糙的底模上学习，训练从第 {step} 步之后继续。</translation>
    </message>
    <message>
        <source>Memory ran out, so images are trained at {after} px instead of {before}: the adapter learns less fine detail, and training goes on after step {step}.</source>
        <translation>内存不足，训练分辨率由 {before} 像素改为 {after} 像素：适配器学到的细节会少一些，训练从第 {step} 步之后继续。</translation>
    </message>
    <message>
        <source>Reading images</source>
        <translation>正在读取图像</translation>
    </message>
    <message>
        <source>Downloading</source>
        <translation>正在下载</translation>
    </message>
    <message>
        <source>Opening the base model</source>
        <translation>正在打开底模</translation>
    </message>
    <message>
        <source>Encoding images</source>
        <translation>正在编码图像</translation>
    </message>
    <message>
        <source>Encoding captions</source>
        <translation>正在编码描述</translation>
    </message>
    <message>
        <source>Tuning for this processor</source>
        <translation>正在为本处理器调优</translation>
    </message>
    <message>
        <source>Trying a step</source>
        <translation>正在试跑一步</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>正在训练</translation>
    </message>
    <message>
        <source>Drawing</source>
        <translation>正在生成图像</translation>
    </message>
    <message>
        <source>Drawing the strength grid</source>
        <translation>正在生成强度网格图</translation>
    </message>
    <message>
        <source>Drawing pictures to measure</source>
        <translation>正在生成用于测量的图像</translation>
    </message>
    <message>
        <source>Exporting and checking</source>
        <translation>正在导出并检查</translation>
    </message>
    <message>
        <source>Merging</source>
        <translation>正在合并</translation>
    </message>
    <message>
        <source>Resizing</source>
        <translation>正在调整大小</translation>
    </message>
    <message>
        <source>Comparing the models</source>
        <translation>正在比较模型</translation>
    </message>
    <message>
        <source>Baking</source>
        <translation>正在融合</translation>
    </message>
    <message>
        <source>Converting</source>
        <translation>正在转换</translation>
    </message>
    <message>
        <source>it does not know the names of {count} of {total} layers and applies nothing.</source>
        <translation>它不认识 {total} 层中 {count} 层的名称，因此什么也不应用。</translation>
    </message>
    <message>
        <source>it does not know the names of {count} of {total} layers and leaves them out.</source>
        <translation>它不认识 {total} 层中 {count} 层的名称，会忽略这些层。</translation>
    </message>
    <message>
        <source>it does not support this adapter type ({count} of {total} layers).</source>
        <translation>它不支持这种类型（{total} 层中的 {count} 层）。</translation>
    </message>
    <message>
        <source>it applies {count} of {total} layers wrongly or not at all (adapter type).</source>
        <translation>{total} 层中有 {count} 层会被错误应用或不被应用（类型不支持）。</translation>
    </message>
    <message>
        <source>{count} tensors would be left over; with more than 12 it skips the file.</source>
        <translation>会剩下 {count} 个张量；超过 12 个时它会跳过该文件。</translation>
    </message>
    <message>
        <source>its list hides the file, because the metadata name another base model.</source>
        <translation>它的列表会隐藏该文件，因为元数据写的是另一种底模。</translation>
    </message>
    <message>
        <source>it ignores alpha in this spelling: {count} layers get the wrong strength.</source>
        <translation>在这种写法下它忽略 alpha：{count} 层的强度会出错。</translation>
    </message>
    <message>
        <source>{count} text encoder attentions lack q, k, v or out and are dropped.</source>
        <translation>{count} 个文本编码器注意力缺少 q、k、v 或 out，会被丢弃。</translation>
    </message>
    <message>
        <source>it cannot tell the base model and refuses the file at import.</source>
        <translation>它无法判断底模，导入时会拒绝该文件。</translation>
    </message>
    <message>
        <source>the file mixes two spellings of layer names.</source>
        <translation>文件混用了两种层命名。</translation>
    </message>
    <message>
        <source>the file mixes two spellings of layer names; one of them is dropped.</source>
        <translation>文件混用了两种层命名，其中一种会被丢弃。</translation>
    </message>
    <message>
        <source>{count} layers have a prefix that it does not allow in an SDXL file.</source>
        <translation>{count} 层的前缀在 SDXL 文件中不被允许。</translation>
    </message>
    <message>
        <source>{count} tensors belong to no layer, and it refuses such a file.</source>
        <translation>{count} 个张量不属于任何层，它会拒绝这样的文件。</translation>
    </message>
    <message>
        <source>kohya layer names with peft endings ({count} layers) are refused.</source>
        <translation>它拒绝带 peft 后缀的 kohya 层名（{count} 层）。</translation>
    </message>
    <message>
        <source>SGM layer names are refused for this base model.</source>
        <translation>对于此底模，它拒绝 SGM 层名。</translation>
    </message>
    <message>
        <source>{count} projection layers have two dimensions where it needs four.</source>
        <translation>{count} 个投影层是二维的，而它需要四维。</translation>
    </message>
    <message>
        <source>alpha stands both in tensors and in metadata, which it refuses.</source>
        <translation>alpha 同时写在张量和元数据中，它会拒绝。</translation>
    </message>
    <message>
        <source>the file mixes two key styles; the attention layers are lost silently.</source>
        <translation>文件混用了两种键名，注意力层会悄悄丢失。</translation>
    </message>
    <message>
        <source>it drops the magnitudes of DoRA and applies the rest.</source>
        <translation>它会丢弃 DoRA 的幅度，只应用其余部分。</translation>
    </message>
    <message>
        <source>alphas differ, and it uses the commonest for all attention layers.</source>
        <translation>各层 alpha 不同，而它对所有注意力层使用最常见的那个。</translation>
    </message>
    <message>
        <source>but only with the base model it was made for (text width {width}).</source>
        <translation>但只能配合训练时的底模（文本宽度 {width}）。</translation>
    </message>
</context>
<context>
    <name>settings</name>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>LoRA</source>
        <translation>LoRA</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>训练计划</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Loss</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>显存与内存</translation>
    </message>
    <message>
        <source>Previews</source>
        <translation>预览图</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Base model</source>
        <translation>底模</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>训练任务</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Folder of the runs</source>
        <translation>训练任务文件夹</translation>
    </message>
    <message>
        <source>Seed of the training</source>
        <translation>训练种子</translation>
    </message>
    <message>
        <source>VAE</source>
        <translation>VAE</translation>
    </message>
    <message>
        <source>Clip skip</source>
        <translation>CLIP 跳过层 (clip skip)</translation>
    </message>
    <message>
        <source>Prediction type</source>
        <translation>预测类型</translation>
    </message>
    <message>
        <source>Zero terminal SNR</source>
        <translation>零终端信噪比</translation>
    </message>
    <message>
        <source>Precision of the base model</source>
        <translation>底模精度</translation>
    </message>
    <message>
        <source>Quantization</source>
        <translation>量化</translation>
    </message>
    <message>
        <source>Resolution</source>
        <translation>分辨率</translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation>批次大小</translation>
    </message>
    <message>
        <source>Bucket step (bucket_reso_steps)</source>
        <translation>分桶步长 (bucket_reso_steps)</translation>
    </message>
    <message>
        <source>Tags kept in place (keep_tokens)</source>
        <translation>固定标签数 (keep_tokens)</translation>
    </message>
    <message>
        <source>Shuffle tags (shuffle_caption)</source>
        <translation>打乱标签 (shuffle_caption)</translation>
    </message>
    <message>
        <source>Caption dropout</source>
        <translation>描述丢弃率</translation>
    </message>
    <message>
        <source>Caption length (max_token_length)</source>
        <translation>描述长度（max_token_length）</translation>
    </message>
    <message>
        <source>Mirror images (flip_aug)</source>
        <translation>镜像翻转 (flip_aug)</translation>
    </message>
    <message>
        <source>Cache (cache_latents)</source>
        <translation>缓存 (cache_latents)</translation>
    </message>
    <message>
        <source>Kind of adapter</source>
        <translation>适配器类型</translation>
    </message>
    <message>
        <source>Rank (network_dim)</source>
        <translation>网络维度 (network_dim)</translation>
    </message>
    <message>
        <source>Alpha (network_alpha)</source>
        <translation>Alpha (network_alpha)</translation>
    </message>
    <message>
        <source>Adapter dropout (network_dropout)</source>
        <translation>LoRA dropout (network_dropout)</translation>
    </message>
    <message>
        <source>Layers that learn</source>
        <translation>参与训练的层</translation>
    </message>
    <message>
        <source>Train the text encoder</source>
        <translation>训练文本编码器</translation>
    </message>
    <message>
        <source>Train the second text encoder</source>
        <translation>训练第二文本编码器</translation>
    </message>
    <message>
        <source>Continue from (network_weights)</source>
        <translation>从已有 LoRA 继续 (network_weights)</translation>
    </message>
    <message>
        <source>Learning rate (unet_lr)</source>
        <translation>学习率 (unet_lr)</translation>
    </message>
    <message>
        <source>Learning rate of the text encoder</source>
        <translation>文本编码器学习率</translation>
    </message>
    <message>
        <source>Learning rate of the second text encoder</source>
        <translation>第二文本编码器的学习率</translation>
    </message>
    <message>
        <source>Weight decay</source>
        <translation>权重衰减</translation>
    </message>
    <message>
        <source>Gradient clipping (max_grad_norm)</source>
        <translation>梯度裁剪 (max_grad_norm)</translation>
    </message>
    <message>
        <source>Fused backward pass</source>
        <translation>融合反向传播</translation>
    </message>
    <message>
        <source>Steps (max_train_steps)</source>
        <translation>训练步数 (max_train_steps)</translation>
    </message>
    <message>
        <source>Epochs (max_train_epochs)</source>
        <translation>训练轮数 (max_train_epochs)</translation>
    </message>
    <message>
        <source>Schedule (lr_scheduler)</source>
        <translation>学习率调度器 (lr_scheduler)</translation>
    </message>
    <message>
        <source>Warm-up (lr_warmup_steps)</source>
        <translation>预热步数 (lr_warmup_steps)</translation>
    </message>
    <message>
        <source>Cycles (lr_scheduler_num_cycles)</source>
        <translation>周期数 (lr_scheduler_num_cycles)</translation>
    </message>
    <message>
        <source>Power (lr_scheduler_power)</source>
        <translation>幂次 (lr_scheduler_power)</translation>
    </message>
    <message>
        <source>Gradient accumulation</source>
        <translation>梯度累积</translation>
    </message>
    <message>
        <source>Loss (loss_type)</source>
        <translation>Loss 类型 (loss_type)</translation>
    </message>
    <message>
        <source>Min-SNR gamma</source>
        <translation>Min-SNR gamma</translation>
    </message>
    <message>
        <source>Noise offset</source>
        <translation>噪声偏移</translation>
    </message>
    <message>
        <source>Prior loss weight</source>
        <translation>先验 loss 权重</translation>
    </message>
    <message>
        <source>Gradient checkpointing</source>
        <translation>梯度检查点</translation>
    </message>
    <message>
        <source>Mixed precision</source>
        <translation>混合精度</translation>
    </message>
    <message>
        <source>Images at a time</source>
        <translation>每次计算的图片数</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>注意力</translation>
    </message>
    <message>
        <source>Preview every</source>
        <translation>预览间隔</translation>
    </message>
    <message>
        <source>Prompts</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Negative prompt</source>
        <translation>反向提示词</translation>
    </message>
    <message>
        <source>Strengths</source>
        <translation>强度</translation>
    </message>
    <message>
        <source>Seed of the previews</source>
        <translation>预览图种子</translation>
    </message>
    <message>
        <source>Denoising steps</source>
        <translation>采样步数</translation>
    </message>
    <message>
        <source>Guidance scale (CFG)</source>
        <translation>引导系数 (CFG)</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>尺寸</translation>
    </message>
    <message>
        <source>Checkpoint every</source>
        <translation>检查点间隔</translation>
    </message>
    <message>
        <source>Checkpoints kept</source>
        <translation>保留检查点数</translation>
    </message>
    <message>
        <source>Precision of the file</source>
        <translation>文件精度</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>None (fp32)</source>
        <translation>无 (fp32)</translation>
    </message>
    <message>
        <source>In memory</source>
        <translation>内存中</translation>
    </message>
    <message>
        <source>On the disk</source>
        <translation>磁盘上</translation>
    </message>
    <message>
        <source>Attention and feed-forward</source>
        <translation>注意力和前馈</translation>
    </message>
    <message>
        <source>All, with convolutions</source>
        <translation>全部（含卷积）</translation>
    </message>
    <message>
        <source>Constant</source>
        <translation>恒定</translation>
    </message>
    <message>
        <source>Linear</source>
        <translation>线性</translation>
    </message>
    <message>
        <source>Cosine</source>
        <translation>余弦</translation>
    </message>
    <message>
        <source>Cosine with restarts</source>
        <translation>余弦（带重启）</translation>
    </message>
    <message>
        <source>Polynomial</source>
        <translation>多项式</translation>
    </message>
    <message>
        <source>Huber</source>
        <translation>Huber</translation>
    </message>
    <message>
        <source>AdamW</source>
        <translation>AdamW</translation>
    </message>
    <message>
        <source>AdamW, 8 bit</source>
        <translation>AdamW（8 位）</translation>
    </message>
    <message>
        <source>Noise (epsilon)</source>
        <translation>噪声 (epsilon)</translation>
    </message>
    <message>
        <source>Velocity (v-prediction)</source>
        <translation>速度 (v-prediction)</translation>
    </message>
    <message>
        <source>On</source>
        <translation>开</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Only at the end</source>
        <translation>仅在结束时</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>VAE files (*.safetensors *.ckpt *.pt *.bin)</source>
        <translation>VAE 文件 (*.safetensors *.ckpt *.pt *.bin)</translation>
    </message>
    <message>
        <source>LoRA files (*.safetensors)</source>
        <translation>LoRA 文件 (*.safetensors)</translation>
    </message>
    <message>
        <source>It must be at least {ge}.</source>
        <translation>不能小于 {ge}。</translation>
    </message>
    <message>
        <source>It must be more than {gt}.</source>
        <translation>须大于 {gt}。</translation>
    </message>
    <message>
        <source>It must be at most {le}.</source>
        <translation>不能大于 {le}。</translation>
    </message>
    <message>
        <source>It must be less than {lt}.</source>
        <translation>须小于 {lt}。</translation>
    </message>
    <message>
        <source>It must be a multiple of {multiple_of}.</source>
        <translation>须为 {multiple_of} 的倍数。</translation>
    </message>
    <message>
        <source>It must be a whole number.</source>
        <translation>须为整数。</translation>
    </message>
    <message>
        <source>It must be a number, such as 0.5 or 1e-4.</source>
        <translation>须为数字，如 0.5 或 1e-4。</translation>
    </message>
    <message>
        <source>Write numbers with commas between them, such as 0, 0.5, 1.</source>
        <translation>请用英文逗号分隔数字，如 0, 0.5, 1。</translation>
    </message>
    <message>
        <source>Write it like 512x768, or leave it empty.</source>
        <translation>请写成 512x768 的形式，或留空。</translation>
    </message>
    <message>
        <source>It must not be empty.</source>
        <translation>不能为空。</translation>
    </message>
    <message>
        <source>Set steps or epochs, not both.</source>
        <translation>训练步数和训练轮数只能设置其中一个。</translation>
    </message>
    <message>
        <source>A file cannot be called so; leave out \ / : * ? &quot; &lt; &gt; |.</source>
        <translation>不能用作文件名；请去掉 \ / : * ? &quot; &lt; &gt; |。</translation>
    </message>
    <message>
        <source>It must be a multiple of the bucket step.</source>
        <translation>须为分桶步长的倍数。</translation>
    </message>
    <message>
        <source>Previews need a prompt; write one below, or turn them off.</source>
        <translation>预览图需要提示词；请在下方填写，或关闭预览图。</translation>
    </message>
    <message>
        <source>With 0, nothing would learn.</source>
        <translation>设为 0 则什么也学不到。</translation>
    </message>
    <message>
        <source>Only with the prediction type velocity (v-prediction).</source>
        <translation>仅适用于预测类型为速度（v-prediction）时。</translation>
    </message>
    <message>
        <source>the project decides it</source>
        <translation>由项目决定</translation>
    </message>
    <message>
        <source>Run frozen layers the way that is fastest on this processor, by trials: auto takes little more memory, on as much as it needs; off leaves them as they are.</source>
        <translation>通过试运行，让冻结的层以在此处理器上最快的方式运行：auto 只多占少量内存，on 按需占用，off 保持原样。</translation>
    </message>
    <message>
        <source>Speed-up on the processor</source>
        <translation>处理器加速</translation>
    </message>
    <message>
        <source>Offload idle parts</source>
        <translation>移出闲置部分</translation>
    </message>
    <message>
        <source>Offload activations</source>
        <translation>移出激活值</translation>
    </message>
    <message>
        <source>Adapt when memory runs out</source>
        <translation>内存不足时自动调整</translation>
    </message>
    <message>
        <source>AdamW, 8 bit, paged</source>
        <translation>AdamW，8 位，分页</translation>
    </message>
    <message>
        <source>AdamW, 4 bit</source>
        <translation>AdamW，4 位</translation>
    </message>
    <message>
        <source>AdamW, 8-bit floating point</source>
        <translation>AdamW，8 位浮点</translation>
    </message>
    <message>
        <source>Adafactor</source>
        <translation>Adafactor</translation>
    </message>
    <message>
        <source>4 bits (NF4)</source>
        <translation>4 位（NF4）</translation>
    </message>
    <message>
        <source>8 bits (whole numbers)</source>
        <translation>8 位（整数）</translation>
    </message>
    <message>
        <source>8 bits (floating point)</source>
        <translation>8 位（浮点）</translation>
    </message>
    <message>
        <source>Set gradient clipping to 0: it needs all gradients at once.</source>
        <translation>请将梯度裁剪设为 0：它需要同时有全部梯度。</translation>
    </message>
    <message>
        <source>Set gradient accumulation to 1: it adds up gradients that this frees at once.</source>
        <translation>请将梯度累积设为 1：它要累加的梯度会被立即释放。</translation>
    </message>
    <message>
        <source>Leave images at a time empty: their gradients would be added up, and this frees them at once.</source>
        <translation>请将每次计算的图片数留空：其梯度需要累加，而这里会立即释放。</translation>
    </message>
    <message>
        <source>there is only one</source>
        <translation>只有一种</translation>
    </message>
    <message>
        <source>the text encoder is not trained</source>
        <translation>未训练文本编码器</translation>
    </message>
    <message>
        <source>the second text encoder is not trained</source>
        <translation>第二文本编码器未参与训练</translation>
    </message>
    <message>
        <source>only SDXL has a second text encoder</source>
        <translation>只有 SDXL 有第二文本编码器</translation>
    </message>
    <message>
        <source>the base model predicts noise</source>
        <translation>底模预测的是噪声</translation>
    </message>
    <message>
        <source>tags are not shuffled</source>
        <translation>未打乱标签</translation>
    </message>
    <message>
        <source>the schedule has no restarts</source>
        <translation>学习率调度不带重启</translation>
    </message>
    <message>
        <source>the schedule is not polynomial</source>
        <translation>学习率调度不是多项式</translation>
    </message>
    <message>
        <source>there is no graphics card here with memory of its own</source>
        <translation>这里没有带独立显存的显卡</translation>
    </message>
    <message>
        <source>training runs on the graphics card here</source>
        <translation>这里的训练在显卡上进行</translation>
    </message>
    <message>
        <source>previews are off</source>
        <translation>预览图已关闭</translation>
    </message>
    <message>
        <source>no image folder is for regularization</source>
        <translation>没有正则化图像文件夹</translation>
    </message>
    <message>
        <source>{0}, as the rank</source>
        <translation>{0}（同网络维度）</translation>
    </message>
    <message>
        <source>As the first one</source>
        <translation>与第一个相同</translation>
    </message>
    <message>
        <source>{0}, as the first one</source>
        <translation>{0}，与第一个相同</translation>
    </message>
    <message>
        <source>For this base model: {0}</source>
        <translation>对于此底模：{0}</translation>
    </message>
    <message>
        <source>as epochs say</source>
        <translation>由训练轮数决定</translation>
    </message>
    <message>
        <source>not set</source>
        <translation>未设置</translation>
    </message>
    <message>
        <source>the base model&apos;s own</source>
        <translation>底模自带</translation>
    </message>
    <message>
        <source>a new adapter</source>
        <translation>新的 LoRA</translation>
    </message>
    <message>
        <source>One prompt on each line</source>
        <translation>每行一条提示词</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>on</source>
        <translation>开启</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Effective speed {0} (learning rate × alpha / rank)</source>
        <translation>有效学习率 {0}（学习率 × alpha / 网络维度）</translation>
    </message>
    <message>
        <source>There is nothing like it here.</source>
        <translation>这里没有对应的设置。</translation>
    </message>
    <message>
        <source>There is no such choice here, so the default stays.</source>
        <translation>这里没有此选项，因此保留默认值。</translation>
    </message>
    <message>
        <source>Its value is not understood.</source>
        <translation>无法理解此值。</translation>
    </message>
    <message>
        <source>Its value is beyond the limits here.</source>
        <translation>此值超出这里允许的范围。</translation>
    </message>
    <message>
        <source>That optimizer finds its own learning rate; the number would mean another here.</source>
        <translation>该优化器会自行确定学习率；这个数值在这里含义不同。</translation>
    </message>
    <message>
        <source>Here convolutions have the rank and alpha of all layers.</source>
        <translation>这里的卷积层与所有层使用相同的网络维度和 alpha。</translation>
    </message>
    <message>
        <source>Here one learning rate counts for all text encoders.</source>
        <translation>这里所有文本编码器共用一个学习率。</translation>
    </message>
    <message>
        <source>Only that of the first image folder is taken over.</source>
        <translation>只沿用第一个图像文件夹的设置。</translation>
    </message>
    <message>
        <source>It is rounded to a multiple of 64 of the same area.</source>
        <translation>已换算为面积相近、边长为 64 倍数的尺寸。</translation>
    </message>
    <message>
        <source>These layers do not learn with the chosen target; all of them do with convolutions.</source>
        <translation>当前的训练范围不包括这些层；选择“全部（含卷积）”才会训练所有层。</translation>
    </message>
    <message>
        <source>Only plain LoRA can be trained here.</source>
        <translation>这里只能训练普通 LoRA。</translation>
    </message>
    <message>
        <source>Name of the run and of the exported file.</source>
        <translation>训练任务和导出文件的名称。</translation>
    </message>
    <message>
        <source>Folder that receives one folder per run.</source>
        <translation>存放训练任务的文件夹，每个任务一个子文件夹。</translation>
    </message>
    <message>
        <source>Everything random in the run follows from it; the same seed repeats the run.</source>
        <translation>训练中的一切随机都由它决定；种子相同，结果可重复。</translation>
    </message>
    <message>
        <source>Base model: &quot;starter&quot;, a checkpoint file, a diffusers folder, or the id of a downloaded model.</source>
        <translation>底模：“starter”、模型文件、diffusers 文件夹，或已下载模型的名称。</translation>
    </message>
    <message>
        <source>File or folder of another VAE; empty uses the base model&apos;s own.</source>
        <translation>另一个 VAE 的文件或文件夹；留空则使用底模自带的。</translation>
    </message>
    <message>
        <source>Text encoder layer to read, counted from the last; 1 is the last.</source>
        <translation>读取文本编码器的倒数第几层；1 为最后一层。</translation>
    </message>
    <message>
        <source>What the UNet predicts; auto reads it from the base model.</source>
        <translation>UNet 的预测目标；“自动”会从底模读取。</translation>
    </message>
    <message>
        <source>Let the strongest noise leave nothing of the image; auto reads it from the base model.</source>
        <translation>让最强的噪声完全淹没图像；“自动”会从底模读取。</translation>
    </message>
    <message>
        <source>Precision of the frozen weights; auto: half on a GPU, fp32 on a CPU.</source>
        <translation>冻结权重的精度；“自动”在 GPU 上为半精度，在 CPU 上为 fp32。</translation>
    </message>
    <message>
        <source>Store the frozen weights in fewer bits to save memory.</source>
        <translation>用更少的位数存储冻结权重，以节省显存。</translation>
    </message>
    <message>
        <source>Training size; buckets keep its area.</source>
        <translation>训练尺寸；分桶时保持其面积。</translation>
    </message>
    <message>
        <source>px</source>
        <translation>px</translation>
    </message>
    <message>
        <source>Images looked at in each step; more need more memory.</source>
        <translation>每步学习的图像数；越多占用的显存越多。</translation>
    </message>
    <message>
        <source>images</source>
        <translation>张</translation>
    </message>
    <message>
        <source>Bucket sides are multiples of this.</source>
        <translation>各分桶的边长都是它的倍数。</translation>
    </message>
    <message>
        <source>Tags at the start of a caption that shuffling leaves in place.</source>
        <translation>打乱时，描述开头保持不动的标签数。</translation>
    </message>
    <message>
        <source>tags</source>
        <translation>个标签</translation>
    </message>
    <message>
        <source>Shuffle comma-separated tags each time.</source>
        <translation>每次都打乱以逗号分隔的标签。</translation>
    </message>
    <message>
        <source>Share of captions replaced by an empty one.</source>
        <translation>被替换为空描述的比例。</translation>
    </message>
    <message>
        <source>Tokens of a caption that are read; more take a little longer.</source>
        <translation>描述中会被读取的 token 数；越多越慢一点。</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>个 token</translation>
    </message>
    <message>
        <source>Show images mirrored half of the time.</source>
        <translation>有一半的概率将图像左右镜像。</translation>
    </message>
    <message>
        <source>Where latents and text embeddings are kept between epochs.</source>
        <translation>各轮之间，latent 和文本 embedding 的存放位置。</translation>
    </message>
    <message>
        <source>Kind of adapter.</source>
        <translation>适配器的类型。</translation>
    </message>
    <message>
        <source>Size of the adapter and its file: how much detail it can hold.</source>
        <translation>LoRA 及其文件的大小：决定能容纳多少细节。</translation>
    </message>
    <message>
        <source>The adapter&apos;s effect is scaled by alpha / rank; unset means rank.</source>
        <translation>LoRA 的效果按 alpha / 网络维度缩放；未设置时与网络维度相同。</translation>
    </message>
    <message>
        <source>Share of adapter inputs dropped in training.</source>
        <translation>训练时随机丢弃的 LoRA 输入比例。</translation>
    </message>
    <message>
        <source>Attention, also feed-forward, or all; more layers learn more, the file gets larger.</source>
        <translation>仅注意力层、加上前馈层，或全部；层越多，学到的越多，文件也越大。</translation>
    </message>
    <message>
        <source>Teach the text encoder too: a name is learnt better, but other prompts may change.</source>
        <translation>同时训练文本编码器：触发词学得更好，但其他提示词的效果可能改变。</translation>
    </message>
    <message>
        <source>Teach SDXL&apos;s second text encoder too; unset means as text_encoder.</source>
        <translation>也训练 SDXL 的第二文本编码器；未设置时与 text_encoder 相同。</translation>
    </message>
    <message>
        <source>LoRA file that training goes on from.</source>
        <translation>在此 LoRA 文件的基础上继续训练。</translation>
    </message>
    <message>
        <source>auto: adamw8bit on CUDA, fused adamw elsewhere.</source>
        <translation>“自动”在 CUDA 上为 AdamW（8 位），在其他设备上为 fused AdamW。</translation>
    </message>
    <message>
        <source>How far each step moves the UNet&apos;s adapter; too high burns the pictures.</source>
        <translation>UNet 的 LoRA 每步的更新幅度；过高会使画面崩坏。</translation>
    </message>
    <message>
        <source>How far each step moves the text encoder&apos;s adapter; a quarter of unet_lr is usual.</source>
        <translation>文本编码器的 LoRA 每步的更新幅度；通常为 unet_lr 的四分之一。</translation>
    </message>
    <message>
        <source>The same for SDXL&apos;s second text encoder; unset means as text_encoder_lr.</source>
        <translation>SDXL 第二文本编码器的同类设置；未设置时与 text_encoder_lr 相同。</translation>
    </message>
    <message>
        <source>Pull of adapter weights towards zero.</source>
        <translation>将 LoRA 权重拉向零的力度。</translation>
    </message>
    <message>
        <source>Longer gradients are shortened to it; 0 is off.</source>
        <translation>超过此长度的梯度会被缩短；0 为关闭。</translation>
    </message>
    <message>
        <source>Update each weight as soon as its gradient is there, which then takes no memory.</source>
        <translation>每个权重的梯度一出现就更新，梯度因此不占内存。</translation>
    </message>
    <message>
        <source>How long it learns; unset means 1000 unless epochs is set.</source>
        <translation>训练多久；未设置时为 1000 步，设置了训练轮数则以轮数为准。</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>步</translation>
    </message>
    <message>
        <source>Passes over all images, instead of steps.</source>
        <translation>所有图像训练几遍，用来代替训练步数。</translation>
    </message>
    <message>
        <source>epochs</source>
        <translation>轮</translation>
    </message>
    <message>
        <source>Course of the learning rate after warm-up.</source>
        <translation>预热之后学习率的变化方式。</translation>
    </message>
    <message>
        <source>Steps in which the learning rate rises from 0.</source>
        <translation>学习率从 0 逐渐升高所用的步数。</translation>
    </message>
    <message>
        <source>Cycles of cosine_with_restarts.</source>
        <translation>“余弦（带重启）”的周期数。</translation>
    </message>
    <message>
        <source>Exponent of the polynomial schedule.</source>
        <translation>多项式调度的指数。</translation>
    </message>
    <message>
        <source>Batches whose gradients are added up before one step.</source>
        <translation>累加多少批的梯度后才更新一步。</translation>
    </message>
    <message>
        <source>batches</source>
        <translation>批</translation>
    </message>
    <message>
        <source>Distance between prediction and target.</source>
        <translation>预测与目标之间差距的计算方式。</translation>
    </message>
    <message>
        <source>Min-SNR weighting (Hang et al. 2023); 0 is off.</source>
        <translation>Min-SNR 加权（Hang 等，2023）；0 为关闭。</translation>
    </message>
    <message>
        <source>Shift of the noise&apos;s mean per channel, for very dark or bright styles.</source>
        <translation>噪声在各通道上的均值偏移，适合很暗或很亮的画风。</translation>
    </message>
    <message>
        <source>How much regularization images count.</source>
        <translation>正则化图像所占的权重。</translation>
    </message>
    <message>
        <source>Recompute activations in the backward pass: slower, much less memory.</source>
        <translation>反向传播时重新计算激活值：更慢，但显存占用大幅减少。</translation>
    </message>
    <message>
        <source>Precision of the computation; auto: bf16 or fp16 on CUDA, no elsewhere.</source>
        <translation>计算精度；“自动”在 CUDA 上为 bf16 或 fp16，在其他设备上为“无”。</translation>
    </message>
    <message>
        <source>Images of a batch computed at a time: fewer take less memory, the result stays the same; unset: all.</source>
        <translation>一批中每次计算的图片数：越少越省内存，结果不变；不设则全部。</translation>
    </message>
    <message>
        <source>Attention kernel; auto is torch&apos;s scaled_dot_product_attention.</source>
        <translation>注意力的计算内核；“自动”为 torch 的 scaled_dot_product_attention。</translation>
    </message>
    <message>
        <source>Keep parts that are not in use in main memory.</source>
        <translation>将暂时不用的部分放在内存中。</translation>
    </message>
    <message>
        <source>Keep activations in main memory until the backward pass: slower, less memory.</source>
        <translation>激活值在反向传播前留在内存中：更慢，更省显存。</translation>
    </message>
    <message>
        <source>When memory runs out, change settings step by step and go on, instead of ending.</source>
        <translation>内存不足时逐步调整设置并继续，而不是结束。</translation>
    </message>
    <message>
        <source>Steps between previews; 0 is off.</source>
        <translation>每隔多少步生成预览图；0 为关闭。</translation>
    </message>
    <message>
        <source>What previews draw, the same every time.</source>
        <translation>预览图的内容，每次都相同。</translation>
    </message>
    <message>
        <source>What previews should not show.</source>
        <translation>预览图中不应出现的内容。</translation>
    </message>
    <message>
        <source>Adapter strengths; 0 is off, 1 is full.</source>
        <translation>LoRA 强度；0 为关闭，1 为完整强度。</translation>
    </message>
    <message>
        <source>Seed of the first prompt; the next ones count up.</source>
        <translation>第一条提示词的种子；后面的提示词依次加 1。</translation>
    </message>
    <message>
        <source>Steps from noise to picture; more take longer.</source>
        <translation>从噪声到图像的步数；越多耗时越长。</translation>
    </message>
    <message>
        <source>How closely a picture follows its prompt; 1 is off.</source>
        <translation>图像遵循提示词的程度；1 为关闭。</translation>
    </message>
    <message>
        <source>Width x height, such as 512x768; empty is the resolution, square.</source>
        <translation>宽 x 高，如 512x768；留空则为训练分辨率的正方形。</translation>
    </message>
    <message>
        <source>Steps between checkpoints; 0: only at the end.</source>
        <translation>每隔多少步保存检查点；0 为仅在结束时保存。</translation>
    </message>
    <message>
        <source>Newest checkpoints kept; 0 keeps all.</source>
        <translation>保留最新的几个检查点；0 为全部保留。</translation>
    </message>
    <message>
        <source>Precision of the exported file.</source>
        <translation>导出文件的精度。</translation>
    </message>
</context>
<context>
    <name>shortcuts</name>
    <message>
        <source>Everywhere</source>
        <translation>全局</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Try</source>
        <translation>试用</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>主页</translation>
    </message>
    <message>
        <source>New project…</source>
        <translation>新建项目…</translation>
    </message>
    <message>
        <source>Open project…</source>
        <translation>打开项目…</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>全屏</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Previous image</source>
        <translation>上一张图像</translation>
    </message>
    <message>
        <source>Next image</source>
        <translation>下一张图像</translation>
    </message>
    <message>
        <source>Next image without a caption</source>
        <translation>下一张无描述的图像</translation>
    </message>
    <message>
        <source>Move to the trash</source>
        <translation>移到回收站</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Invert selection</source>
        <translation>反选</translation>
    </message>
    <message>
        <source>Select none</source>
        <translation>取消选择</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>Clear the filter</source>
        <translation>清除筛选</translation>
    </message>
    <message>
        <source>Find and replace…</source>
        <translation>查找和替换…</translation>
    </message>
    <message>
        <source>Look at the folders again</source>
        <translation>重新扫描文件夹</translation>
    </message>
    <message>
        <source>Add the tag</source>
        <translation>添加标签</translation>
    </message>
    <message>
        <source>Add the first suggestion</source>
        <translation>添加第一个建议</translation>
    </message>
    <message>
        <source>Rename the tag</source>
        <translation>重命名标签</translation>
    </message>
    <message>
        <source>Remove the tag</source>
        <translation>移除标签</translation>
    </message>
    <message>
        <source>Start or pause training</source>
        <translation>开始或暂停训练</translation>
    </message>
    <message>
        <source>Save a checkpoint now</source>
        <translation>立即保存检查点</translation>
    </message>
    <message>
        <source>Search the settings</source>
        <translation>搜索设置</translation>
    </message>
    <message>
        <source>Look at the preview, or compare the two selected</source>
        <translation>查看预览图，或对比所选的两张</translation>
    </message>
    <message>
        <source>Put another preview beside it</source>
        <translation>与另一张预览图并排对比</translation>
    </message>
    <message>
        <source>Mark the step as a favourite</source>
        <translation>收藏这一步</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>Compare in another way</source>
        <translation>切换对比方式</translation>
    </message>
    <message>
        <source>Swap without and with</source>
        <translation>互换有无 LoRA 的图像</translation>
    </message>
    <message>
        <source>Stop drawing</source>
        <translation>停止生成</translation>
    </message>
    <message>
        <source>Export the file</source>
        <translation>导出文件</translation>
    </message>
</context>
<context>
    <name>window</name>
    <message>
        <source>The base model {model} is not downloaded to this computer yet.</source>
        <translation>底模 {model} 尚未下载到这台电脑。</translation>
    </message>
</context>
</TS>
